"""What reviewers see, and how they score it."""
