"""The steps, one change each."""
