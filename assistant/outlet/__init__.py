"""What leaves the program: text for a terminal, lines without secrets, the log of faults."""
