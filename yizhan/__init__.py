"""Yizhan 一站: the whole of a county's one-stop government service on one record."""
