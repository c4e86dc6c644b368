"""Fault records, and when they bar from a skill."""
