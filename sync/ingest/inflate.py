"""Unpacks a compressed body without ever holding more than the limit."""

import zlib

import zstandard

from sync.ingest import errors

WINDOW_BYTES = 8 * 1024 * 1024
"""What a decoder of zstd in HTTP sets aside for one stream at most (RFC 9659)."""


def inflate(body: bytes, coding: str, *, max_bytes: int, max_compressed: int, max_ratio: int) -> bytes:
    """Return the plain body. Limits are in bytes; the ratio is inflated to compressed.

    Raises:
        Unsupported (push.coding_unknown), TooLarge (push.too_large), Malformed (push.malformed) for a broken stream.
    """
    coding = coding.strip().lower() or "identity"
    if coding not in ("identity", "gzip", "zstd"):
        raise errors.CODING_UNKNOWN(coding, allowed=["gzip", "zstd", "identity"])
    if coding == "identity":
        if len(body) > max_bytes:
            raise errors.TOO_LARGE(limit_bytes=max_bytes)
        return body
    if len(body) > max_compressed:
        raise errors.TOO_LARGE(limit_compressed_bytes=max_compressed)
    most = min(max_bytes, max(len(body), 1) * max_ratio)
    try:
        if coding == "gzip":
            plain = _gunzip(body, most + 1)
        else:
            unpacker = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES)
            plain = unpacker.stream_reader(body, read_across_frames=True).read(most + 1)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise errors.MALFORMED(f"the {coding} stream is broken") from error
    if len(plain) > most:
        raise errors.TOO_LARGE(limit_bytes=max_bytes, limit_ratio=max_ratio)
    return plain


def _gunzip(body: bytes, most: int) -> bytes:
    """Unpack the members of a gzip file, in all at most so many bytes. Raises EOFError, zlib.error for what is broken."""
    parts: list[bytes] = []
    size = 0
    while body and size < most:
        member = zlib.decompressobj(wbits=_GZIP)
        parts.append(member.decompress(body, most - size))
        size += len(parts[-1])
        if not member.eof and size < most:
            raise EOFError
        body = member.unused_data.lstrip(b"\0")
    return b"".join(parts)


_GZIP = 16 + zlib.MAX_WBITS
