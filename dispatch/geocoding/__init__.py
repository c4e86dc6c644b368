"""Addresses that become positions: asked of a provider after the fact, kept, and never trusted further than they are good."""
