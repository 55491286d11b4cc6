"""Training data of other assistants, written as intent files."""
