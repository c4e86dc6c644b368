"""The product's own demo data: a service station at work, generated from a seed."""

from cli.demo.load import Account, Loaded, load

__all__ = ["Account", "Loaded", "load"]
