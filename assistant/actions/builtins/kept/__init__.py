"""Notes and lists: written, read, edited."""
