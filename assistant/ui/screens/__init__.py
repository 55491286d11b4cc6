"""The screen of the conversation, and the sheets that open over it."""
