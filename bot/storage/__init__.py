"""The database: tables, queries, migrations; SQLite or PostgreSQL."""
