"""How requests reach us."""

from enum import StrEnum


class Channel(StrEnum):
    """How a request reached us."""

    PHONE = "phone"
    MAIL = "mail"
    WEB = "web"
    WALK_IN = "walk_in"
    APP = "app"
    INTEGRATOR = "integrator"
    STAFF = "staff"
