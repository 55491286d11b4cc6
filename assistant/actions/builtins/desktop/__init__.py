"""This computer: its applications, web pages, screen, sound, media players and state."""
