"""Calendars that people's own phones and programs subscribe to: their appointments, behind an address that is a secret."""
