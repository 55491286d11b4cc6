"""From sound waves to frames, utterances and back: capture, voice detection, endpoints, playback."""
