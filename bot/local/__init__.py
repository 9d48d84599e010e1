"""A strict Slack workspace on this machine, for `make run` and for the tests; see server.LocalSlack."""
