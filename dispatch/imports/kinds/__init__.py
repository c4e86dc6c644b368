"""What can be imported: for each kind its columns, how a line is read, and how lines are brought in."""
