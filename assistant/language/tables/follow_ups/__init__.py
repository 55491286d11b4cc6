"""Words by which a sentence takes up one that was said before."""
