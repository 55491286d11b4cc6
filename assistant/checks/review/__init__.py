"""A review of what somebody wrote: what is never used or never reached, what two commands would both take."""
