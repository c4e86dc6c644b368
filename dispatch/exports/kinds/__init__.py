"""What can be exported: for each kind its columns, its filters, and how its rows are read."""
