"""What a customer is charged for an order, and which parts went into it."""
