"""Who sends a request, and by what right: the person, and the session or key that speaks for them."""

from dataclasses import dataclass
from uuid import UUID

from dispatch.accounts.keys.states import KeyUsed
from kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody behind a token.

    `second_factor`: a code was given besides the password.
    `newest`: the token is of the newest pair of its session, and the first of it to be used. `due`: this use is worth noting.
    With a `key` there is no session.
    """

    actor: Actor
    session_id: UUID | None = None
    by_password: bool = False
    second_factor: bool = False
    newest: bool = False
    due: bool = False
    key: KeyUsed | None = None
