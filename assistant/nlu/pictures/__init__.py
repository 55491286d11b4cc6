"""Pictures found by words: what is to be seen by meaning and by words, when and what kind as filters."""
