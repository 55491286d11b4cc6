"""Models as replicas of Ray Serve, on this machine or on several. Whose conversation it is stays with the gateway."""
