"""Sentences that sound like what was heard."""
