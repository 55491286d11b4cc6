"""The keys that files may have, and the JSON Schemas that editors complete and check them by."""
