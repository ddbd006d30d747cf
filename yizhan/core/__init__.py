"""Tools that know no domain: flow, worktime, tracked, numbers, crypto."""
