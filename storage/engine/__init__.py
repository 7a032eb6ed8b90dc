"""One way to run a unit of work on SQLite and on PostgreSQL."""
