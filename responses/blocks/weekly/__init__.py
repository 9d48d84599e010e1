"""How the weekly programme looks in Slack: its posts, its direct messages and its modals."""
