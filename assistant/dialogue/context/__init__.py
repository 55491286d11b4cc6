"""What an utterance means after what was said before it."""
