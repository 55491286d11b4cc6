"""The values in a sentence and the slots that they fill."""
