"""Regions, stations, maintenance groups and zones, and who answers for each."""
