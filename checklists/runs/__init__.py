"""A checklist as it is worked through: answers folded from ops."""
