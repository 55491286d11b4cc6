"""The name of the integration."""

DOMAIN = "private_assistant"
