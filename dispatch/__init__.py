"""Zones, people, customers, work orders and who gets them."""
