"""Evidence for what a sentence means, and how sure it is."""
