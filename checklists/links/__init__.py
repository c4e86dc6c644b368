"""Signing on the customer's own phone, by a link and a one-time code."""
