"""Simulated phones that work a day offline, come back over a bad connection, and check what became of every log."""
