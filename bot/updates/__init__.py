"""Weekly status updates: pure rules (recurrence, programme, catch-up) and one service."""
