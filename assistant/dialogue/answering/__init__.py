"""The answers to questions of the assistant's for a value, and what people put around them."""
