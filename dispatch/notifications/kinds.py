"""Whose a channel is, and what became of a message to a customer."""

from enum import StrEnum


class Owner(StrEnum):
    """Whose a channel is."""

    PERSON = "person"
    GROUP = "group"
    STATION = "station"
    REGION = "region"


class MessageStatus(StrEnum):
    """What became of a message to a customer."""

    WAITING = "waiting"
    SENT = "sent"
    NO_CHANNEL = "no_channel"
    NO_PHONE = "no_phone"
    FAILED = "failed"
