"""Where holiday arrangements come from besides files."""
