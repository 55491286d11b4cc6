"""Understanding: from words to an intent with its slots, an answer, or an honest no."""
