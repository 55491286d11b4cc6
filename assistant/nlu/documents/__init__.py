"""Documents as a source of answers: finding the passage that answers a question, and quoting it."""
