"""What the command line does with pictures, and the sheet that it writes."""
