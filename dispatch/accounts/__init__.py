"""Who may sign in, in which roles, and where."""
