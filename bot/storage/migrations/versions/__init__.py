"""The migrations in order, one file each, named by number."""
