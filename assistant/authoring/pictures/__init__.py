"""Pictures: what a file tells of one in words: its caption, what is written in it, when and where it was taken."""
