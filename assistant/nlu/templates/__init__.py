"""Sentence templates, matched from end to end."""
