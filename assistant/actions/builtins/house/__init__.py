"""The smart home: Home Assistant's intents, its answers, the way back."""
