"""Reads a mail as it came over the wire, whatever its sender did to it: who wrote, about what, and what was attached."""

import email
import email.policy
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser

LONGEST_REFERENCE = 64
FALLBACKS = ("utf-8", "gb18030")
"""In which codings a text is read whose own is unknown or wrong; at last with signs for what cannot be read."""
SKIPPED = frozenset({"script", "style", "head", "title"})
BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table"})
NO_SUBJECT = "(无主题 no subject)"


@dataclass(frozen=True, slots=True)
class Attachment:
    """What was attached, by name, type and size in bytes; the content is not kept."""

    name: str
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. `reference` names it for ever: its Message-ID, or a digest of its bytes where it has none."""

    reference: str
    sender: str | None
    sender_name: str | None
    subject: str
    text: str
    sent_at: datetime | None
    attachments: tuple[Attachment, ...]


def read_letter(raw: bytes) -> Letter:
    """Read a mail (RFC 5322). Nothing in it makes this fail: what cannot be read is left out or replaced."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    name, address = _sender(message)
    plain, html, attachments = _parts(message)
    text = plain if plain.strip() else _without_tags(html)
    return Letter(
        _reference(message, raw),
        address,
        name,
        _line(_header(message, "Subject"))[:200] or _line(text)[:80] or NO_SUBJECT,
        _paragraphs(text),
        _sent_at(message),
        attachments,
    )


def _header(message: EmailMessage, name: str) -> str:
    # A header may be so broken that the parser of its kind stumbles; its raw text is still there.
    try:
        value = message.get(name)
        return "" if value is None else str(value)
    except Exception:
        return next((str(text) for header, text in message.raw_items() if header.lower() == name.lower()), "")


def _sender(message: EmailMessage) -> tuple[str | None, str | None]:
    for header in ("Reply-To", "From"):
        name, address = parseaddr(_header(message, header))
        if "@" in address:
            return _line(name)[:120] or None, _line(address).lower()[:254]
    return None, None


def _reference(message: EmailMessage, raw: bytes) -> str:
    given = re.sub(r"\s", "", _readable(_header(message, "Message-ID"))).strip("<>")
    if not given:
        return "sha256:" + hashlib.sha256(raw).hexdigest()[:48]
    return given if len(given) <= LONGEST_REFERENCE else "long:" + hashlib.sha256(given.encode()).hexdigest()[:48]


def _sent_at(message: EmailMessage) -> datetime | None:
    try:
        sent = email.utils.parsedate_to_datetime(_header(message, "Date"))
        return sent.astimezone(UTC) if sent.tzinfo is not None else sent.replace(tzinfo=UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _parts(message: EmailMessage) -> tuple[str, str, tuple[Attachment, ...]]:
    """Return the text, the HTML, and what was attached."""
    plain: list[str] = []
    html: list[str] = []
    attachments: list[Attachment] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        name = _line(_name(part))[:120]
        body = part.get_payload(decode=True)
        content = body if isinstance(body, bytes) else b""
        if name or part.get_content_disposition() == "attachment" or kind not in ("text/plain", "text/html"):
            attachments.append(Attachment(name or "(unnamed)", kind, len(content)))
        elif kind == "text/plain":
            plain.append(_decoded(part, content))
        else:
            html.append(_decoded(part, content))
    return "\n".join(plain), "\n".join(html), tuple(attachments[:50])


def _name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return "(unreadable)"


def _decoded(part: EmailMessage, content: bytes) -> str:
    given = part.get_content_charset()
    for coding in (*((given,) if given else ()), *FALLBACKS):
        try:
            return content.decode(coding)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return content.decode("utf-8", "replace")


class _Text(HTMLParser):
    """Gathers what a reader of HTML would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in SKIPPED
        if tag in BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in SKIPPED))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)


def _without_tags(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


def _readable(text: str) -> str:
    """Replace what no store can hold: halves of characters, NUL and other control characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(character if character >= " " or character in "\n\t" else " " for character in whole)


def _line(text: str) -> str:
    return " ".join(_readable(text).split())


def _paragraphs(text: str) -> str:
    lines = [line.rstrip() for line in _readable(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
