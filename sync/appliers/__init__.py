"""What each type of op means."""
