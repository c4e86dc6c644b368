"""Exports as jobs: whole lists as tables, written by a worker into a file that its person fetches while it is kept."""
