"""Files of intents and knowledge edited: what there is, what a draft would do, and a draft written."""
