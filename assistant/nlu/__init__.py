"""Understanding: a query to an intent with its slots, an answer, or an honest no."""
