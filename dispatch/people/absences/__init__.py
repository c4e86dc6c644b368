"""When people are away: asked for, decided, and what follows from it."""
