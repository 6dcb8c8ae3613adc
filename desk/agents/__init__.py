"""What agents do beside contacts: they come and go, and say what came of their other work."""
