"""The author's loop: what went wrong in the conversation, and what is taught from it."""
