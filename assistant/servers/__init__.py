"""The assistant for other programs: HTTP with the OpenAI protocol, and Wyoming for Home Assistant."""
