"""The map of meanings: vectors laid out on a plane."""
