"""Timers, alarms and reminders: set, changed, moved, told."""
