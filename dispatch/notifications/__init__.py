"""Notices to people: what they say in each language, who has which, and how they reach them."""
