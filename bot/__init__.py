"""Candor's Slack app: everything that touches Slack, time or storage."""
