"""The terminal UI: a front end of `runtime` that draws the events which the rest of the assistant emits."""
