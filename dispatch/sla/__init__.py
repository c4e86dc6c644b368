"""Service-level policies and the times by which things are due."""
