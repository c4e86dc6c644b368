"""Checklists as XLSForm, the spreadsheet form of ODK: written, and read back."""
