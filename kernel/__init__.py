"""The small shared kernel: what every slice stands on, and no business noun."""
