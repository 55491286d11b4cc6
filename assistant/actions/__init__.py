"""Carrying out commands: shipped functions, functions of installed packages, programs and web calls."""
