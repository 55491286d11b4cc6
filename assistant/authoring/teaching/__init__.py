"""Hand-written YAML that is added to, and stays byte for byte as it was beside that."""
