"""What the tests of the client talk to: a small server that answers as it is told."""

from tests.bench.simulator.conftest import noting

__all__ = ["noting"]
