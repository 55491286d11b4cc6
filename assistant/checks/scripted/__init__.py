"""Dialogues that somebody has written down: carried out on data of their own, and judged turn by turn."""
