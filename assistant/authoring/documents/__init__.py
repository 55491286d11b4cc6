"""Documents: files of prose, one reader for each kind, cut into passages that can be found and quoted."""
