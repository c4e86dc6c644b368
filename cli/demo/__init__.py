"""The product's own demo data: a service station at work, generated from a seed."""
