"""The settings of the terminal."""
