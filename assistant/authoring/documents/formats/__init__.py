"""Readers, one for each kind of document: bytes to blocks."""
