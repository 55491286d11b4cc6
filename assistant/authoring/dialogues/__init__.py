"""`dialogues:` of the intent files: what is said and what should come of it. They test, and teach nothing."""
