"""Work orders: lifecycle, timeline, assignments."""
