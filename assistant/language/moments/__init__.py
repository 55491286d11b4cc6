"""Moments: days and times of day put together, and the words of other languages for them."""
