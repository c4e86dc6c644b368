"""Where somebody may be sent after signing in: a page of ours, or an address that the operator has named."""

import re
from collections.abc import Collection
from urllib.parse import urlencode, urlsplit

from dispatch.single_sign_on import errors

LONGEST = 500
_PAGE = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of this server. `//host` and `/\\host` would lead elsewhere, and no browser agrees with another on the rest."""
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]):[1-9]\d{0,4}(/[!-\[\]-~]*)?")


def check_address(address: str, allowed: Collection[str] = (), *, loopback: bool = False) -> str:
    """Return an address to which somebody may be sent: a path of this server, or one that is in `allowed`, letter by letter.

    With `loopback` also a program on their own machine (RFC 8252, section 7.3). Raises Invalid (sso.next_refused): path `/next`.
    """
    own = _PAGE.fullmatch(address) is not None and "#" not in address
    near = loopback and _LOOPBACK.fullmatch(address) is not None and "#" not in address
    if len(address) > LONGEST or not (own or near or address in allowed):
        raise errors.NEXT_REFUSED(path="/next")
    return address


def with_answer(address: str, **members: str) -> str:
    """Return the address with an answer: for pages behind `#`, which no server and no log sees; for programs in the query."""
    answer = urlencode(members)
    scheme = urlsplit(address).scheme
    if scheme in ("", "https"):
        return f"{address}#{answer}"
    return f"{address}{'&' if '?' in address else '?'}{answer}"
