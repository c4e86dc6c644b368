"""A message on its way to one channel, and what delivers it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to which address. The key is the same whenever it is sent again."""

    url: str
    title: str
    body: str
    key: str


class DeliveryError(Exception):
    """A channel did not take a message; what it says holds no secret."""


Deliver = Callable[[Letter], None]
"""Delivers a letter. Raises DeliveryError."""
