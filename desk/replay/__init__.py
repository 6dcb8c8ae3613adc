"""desk/replay/: recorded traffic played again by today's rules and by others: `careline replay`."""
