"""web/demo: the sample organization, its half year of history, and live traffic through the real doors."""
