"""What the first page of the complaint log costs beside how long the log is."""
