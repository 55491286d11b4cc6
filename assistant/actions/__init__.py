"""What a command does: a built-in, a program or a web call, and what comes of it."""
