"""Tells other systems what happens: subscriptions, signed messages, retries for days, dead letters."""
