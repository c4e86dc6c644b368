"""Phones: registration, tokens, revocation."""
