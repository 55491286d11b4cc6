"""Local language models that answer what nothing else does."""
