"""Rehearsals: a whole day by the county's own doors, to see that nothing is left without an end."""
