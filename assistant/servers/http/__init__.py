"""HTTP: the protocol of OpenAI, and paths of its own."""
