"""Who should get an order, and why."""
