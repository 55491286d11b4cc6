"""Pictures drawn from words: by a server that was configured, or by diffusers here; kept with their words."""
