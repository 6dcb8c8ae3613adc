"""Who customers are, and when, how and on which numbers they may be reached."""
