"""The whole product, for clients to talk to."""

from tests.bench.simulator.conftest import product

__all__ = ["product"]
