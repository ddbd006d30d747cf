"""`yizhan bench`: how fast the main job is, as a ratio to the same SQL under pgbench."""
