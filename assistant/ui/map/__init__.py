"""The map of meanings on the screen."""
