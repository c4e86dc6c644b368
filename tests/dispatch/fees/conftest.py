"""Lets the tests of fees share a database."""

from tests.undoing import shared_runtime, undone

__all__ = ["shared_runtime", "undone"]
