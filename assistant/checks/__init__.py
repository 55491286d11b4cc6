"""What a person can have examined: the machine, the files, the intents' own tests."""
