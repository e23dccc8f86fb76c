"""The city's PostgreSQL: where it is, its settings, its migrations."""
