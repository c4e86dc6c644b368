"""The forms of what the API takes and gives."""
