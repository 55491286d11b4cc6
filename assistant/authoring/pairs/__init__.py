"""Files of questions and answers, one reader for each kind."""
