"""Measurements behind the numbers in docs/; run by `make bench`."""
