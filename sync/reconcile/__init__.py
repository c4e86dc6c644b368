"""From stored ops to effects, in sets."""
