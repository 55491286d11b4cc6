"""Words of one human language: tidying, values, spoken form, phonemes."""
