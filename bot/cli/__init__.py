"""The command line: one module a command, called by bot.__main__."""
