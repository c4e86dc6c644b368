"""Surveys, complaints, appraisal and reports."""
