"""Block Kit for what Candor says, always with fallback text."""
