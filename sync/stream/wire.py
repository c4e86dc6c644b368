"""What goes over the wire to a phone that is held: HTTP/1.1 answers, and server-sent events."""

from http import HTTPStatus

import orjson

HEARTBEAT = b":\n\n"
"""A comment: it keeps proxies from closing a stream on which nothing happens."""
_COMMON = "Cache-Control: no-store\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n"


def opening(retry_ms: int, seq: int) -> bytes:
    """Begin a stream: its head, after how long to come again when it ends, and the first poke."""
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n{_COMMON}X-Accel-Buffering: no\r\n\r\n"
    )
    return head.encode() + events(retry_ms, seq)


def events(retry_ms: int, seq: int) -> bytes:
    """Write when to come again, and a poke."""
    return f"retry: {retry_ms}\n\n".encode() + poke(seq)


def poke(seq: int) -> bytes:
    """Say that there is news; never what."""
    return b'event: poke\ndata: {"seq":%d}\n\n' % seq


def head(seq: int) -> bytes:
    """Answer a question for the head that waited, with news."""
    body = orjson.dumps({"seq": seq})
    status = f"HTTP/1.1 200 {HTTPStatus.OK.phrase}\r\nContent-Type: application/json\r\n"
    return f'{status}Content-Length: {len(body)}\r\nETag: "{seq}"\r\n{_COMMON}\r\n'.encode() + body


def unchanged(seq: int) -> bytes:
    """Answer a question for the head that waited in vain."""
    return f'HTTP/1.1 304 {HTTPStatus.NOT_MODIFIED.phrase}\r\nETag: "{seq}"\r\n{_COMMON}\r\n'.encode()
