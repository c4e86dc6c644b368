"""What becomes of people's data in the end: erased on request or by a region's rules, kept while there is a reason."""
