"""Words that say when a command is wanted: `in ten minutes`, `every night at eleven`, `if it rains`."""
