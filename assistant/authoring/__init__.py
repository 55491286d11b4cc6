"""Files of a person to definitions, every fault with its file and line."""
