"""From what was understood to what is done and said."""
