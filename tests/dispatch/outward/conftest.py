"""What is sent goes to the receiver that the tests of webhooks have."""

from tests.dispatch.webhooks.conftest import hook

__all__ = ["hook"]
