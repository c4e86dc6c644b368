"""Lets the tests of the kernel share a database."""

from tests.undoing import shared_runtime, undone

__all__ = ["shared_runtime", "undone"]
