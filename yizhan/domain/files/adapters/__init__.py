"""The outside of files: the disk, and confined processes that open what strangers sent."""
