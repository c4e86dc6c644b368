"""What texts in JSON may hold that no database stores."""

import re

ESCAPED_NUL = rb"\u0000"
"""How JSON writes a NUL; no other way leads there."""
# The backslash of an escape is not itself escaped: an even number of others, or none, stand before it.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def holds_nul(json: bytes) -> bool:
    """Tell whether a text in this JSON holds a NUL, which JSON can only write as `\\u0000`.

    A backslash with `u0000` behind it, as a manual would print, is a text like any other: there the backslash is escaped.
    """
    return ESCAPED_NUL in json and _NUL.search(json) is not None
