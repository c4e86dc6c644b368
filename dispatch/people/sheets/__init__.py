"""Technicians and rosters as tables to bring in and take out."""
