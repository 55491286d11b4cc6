"""Checks that a person can ask for: the machine, the weights, the files, the intents' own tests."""
