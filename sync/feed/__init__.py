"""Pull: one page of what changed for this phone."""
