"""The author's loop on the screen: why a sentence means what it means, and what it is to mean."""
