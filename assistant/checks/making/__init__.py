"""Files that are made for somebody: intents, answers, schemas, settings, and what other programs wrote."""
