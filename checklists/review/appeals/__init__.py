"""Appeals of technicians, and what becomes of them."""
