"""Several things in one sentence: commands in a row, values in a row, all but some."""
