"""From utterances in sound to utterances in words."""
