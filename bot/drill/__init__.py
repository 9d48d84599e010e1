"""Drills: a programme on record, replayed in the local workspace by people's own gestures, then compared with it."""
