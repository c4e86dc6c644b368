"""Imports as jobs: a file comes in, is tried line by line, brought in by a worker in batches, and can be undone."""
