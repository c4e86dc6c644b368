"""What waits for reviewers, and whose hands it is in."""
