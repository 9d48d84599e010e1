"""What an operator may change: data and its schema, no behaviour."""
