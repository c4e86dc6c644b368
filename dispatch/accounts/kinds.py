"""The word for what stands behind an account: a person, or a program."""

from enum import StrEnum


class AccountKind(StrEnum):
    """Who uses an account. A service account (服务账号) never signs in: programs ask in its name, with its keys."""

    PERSON = "person"
    SERVICE = "service"
