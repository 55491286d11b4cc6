"""The parts of the talk screen, a file each."""
