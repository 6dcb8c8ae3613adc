"""web/bench: load for a real server in a process of its own, through its real doors, and what came of it."""
