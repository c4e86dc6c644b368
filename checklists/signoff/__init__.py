"""The customer's signature, bound to a digest of what was seen."""
