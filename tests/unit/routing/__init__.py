"""tests/unit/routing: the router, alone."""
