"""A language model in a conversation: what it may say, and what it may propose."""
