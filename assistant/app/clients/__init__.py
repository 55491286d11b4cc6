"""What an assistant needs to serve many clients at once."""
