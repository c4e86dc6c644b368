"""How often somebody may try to sign in, without a way to keep somebody else out."""
