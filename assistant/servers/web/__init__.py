"""The terminal in a browser."""
