"""Commands that are wanted at other moments."""
