"""Who works and what waits, now: what the router goes by, how queues do, how long it will take."""
