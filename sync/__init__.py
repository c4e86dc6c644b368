"""How phones that were offline hand over their work and learn what changed."""
