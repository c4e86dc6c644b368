"""Technicians and their skills."""
