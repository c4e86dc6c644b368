"""What pictures say of time and place, held against what was told of them: for those who review."""
