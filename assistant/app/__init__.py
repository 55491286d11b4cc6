"""The composition root and the assistant at work."""
