"""The beginnings and ends by which a sentence shows its mood, one module a language."""
