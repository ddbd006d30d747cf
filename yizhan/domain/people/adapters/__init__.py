"""Doors to outside identity providers."""
