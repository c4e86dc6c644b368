"""Exams, bars and retraining, and certificates that are about to expire."""
