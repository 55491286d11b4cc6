"""Files of a person as they lie in a folder: found, read within limits, made plain text, and for YAML a tree."""
