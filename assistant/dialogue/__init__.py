"""A conversation: what was asked back, what can be undone, what is replied."""
