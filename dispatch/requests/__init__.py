"""Service requests of all channels, and how they become orders."""
