"""What is asked about before it is done."""
