"""Foreign files: tables people send us, and the national exchange shapes we send."""
