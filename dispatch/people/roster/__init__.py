"""Duty rosters: shifts by the local clock, rotations, published days, changes and swaps."""
