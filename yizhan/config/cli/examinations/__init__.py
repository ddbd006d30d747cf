"""What `yizhan doctor` looks at."""
