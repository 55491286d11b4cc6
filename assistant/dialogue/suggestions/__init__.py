"""Suggestions: what somebody is likely to want now, each with its reason; worked out on this machine."""
