"""Commands with other values than those that were said."""
