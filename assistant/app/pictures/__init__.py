"""Pictures: their rows and vectors kept in step with the files, and the search of them in a conversation."""
