"""Long tables of English."""
