"""The browser and editor of intents and knowledge."""
