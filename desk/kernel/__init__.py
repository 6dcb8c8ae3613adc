"""desk/kernel: transactions, the log, jobs and the lease, on SQLite and PostgreSQL; knows no customer and no call."""
