"""Where a line of Chinese or mixed text may end: words stay whole, and no line begins or ends with the wrong sign."""

import re
from collections.abc import Callable, Iterator

NOT_FIRST = frozenset("，。、；：？！）》」』】〕…—％%℃·,.;:?!)]}’”")
"""Signs that no line begins with (GB/T 15834, and W3C's Requirements for Chinese Text Layout, 3.1.5)."""
NOT_LAST = frozenset("（《「『【〔([{‘“￥$¥")
"""Signs that no line ends with."""
_PIECE = re.compile(r"[A-Za-z0-9_\-./@#&+×Ø°]+|\s+|.", re.DOTALL)

Width = Callable[[str], float]
"""Tells how wide a text is, in any unit."""


def break_lines(text: str, most: float, width: Width) -> list[str]:
    """Break a text into lines that are at most so wide; an empty paragraph stays an empty line.

    A word that is wider than a line is cut. Nothing of the text is lost but the blanks at the ends of lines.
    """
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, most, width)]


def _paragraph(text: str, most: float, width: Width) -> Iterator[str]:
    line: list[str] = []
    held = 0.0
    for piece in _pieces(text, most, width):
        wide = width(piece)
        if line and held + wide > most and not piece.isspace():
            carried = _carried(line, piece)
            yield "".join(line).rstrip()
            line, held = carried, sum(width(one) for one in carried)
        if line or not piece.isspace():
            line.append(piece)
            held += wide
    yield "".join(line).rstrip()


def _pieces(text: str, most: float, width: Width) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if len(piece) > 1 and width(piece) > most:
            yield from piece
        else:
            yield piece


def _carried(line: list[str], coming: str) -> list[str]:
    """Take from the end of a line what must stand on the next one together with what comes; at least one piece stays."""
    carried: list[str] = []
    first = coming
    while len(line) > 1 and (first[0] in NOT_FIRST or line[-1][-1] in NOT_LAST):
        first = line.pop()
        carried.insert(0, first)
    return carried
