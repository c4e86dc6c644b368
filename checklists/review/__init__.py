"""Inspection review (抽检): finished work is sampled, scored by others, and what follows from it."""
