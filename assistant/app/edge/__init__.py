"""A microphone and a loudspeaker for an assistant that runs on another machine."""
