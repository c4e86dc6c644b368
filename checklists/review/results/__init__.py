"""What reviews say about places, people, checklists and reviewers."""
