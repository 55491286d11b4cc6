"""Words that take up what was done last without naming it: more of it, the same otherwise, on with it, back with it."""
