"""The outbox and its sender: the only way from Candor to a channel or a direct message."""
