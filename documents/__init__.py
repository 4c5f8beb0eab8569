"""Official documents read and written."""
