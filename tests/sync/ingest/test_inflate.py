"""Unpacking bodies within limits."""

import gzip

import pytest
import zstandard

from kernel.errors import DomainError
from sync.ingest.inflate import inflate

LIMITS = {"max_bytes": 100_000, "max_compressed": 10_000, "max_ratio": 100}
WIDE = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=24)).compressobj()
PLAIN = b'{"protocol":"fsync/1","ops":[]}' * 20


def test_each_known_coding_gives_back_the_plain_body():
    assert inflate(PLAIN, "identity", **LIMITS) == PLAIN
    assert inflate(gzip.compress(PLAIN), "gzip", **LIMITS) == PLAIN
    assert inflate(gzip.compress(PLAIN), " GZIP ", **LIMITS) == PLAIN
    assert inflate(zstandard.compress(PLAIN), "zstd", **LIMITS) == PLAIN
    assert inflate(PLAIN, "", **LIMITS) == PLAIN


@pytest.mark.parametrize(
    ("body", "coding", "code"),
    [
        (b"x" * 100_001, "identity", "push.too_large"),
        (bytes(range(256)) * 40, "gzip", "push.too_large"),
        (gzip.compress(b"0" * 50_000_000), "gzip", "push.too_large"),
        (zstandard.compress(b"0" * 50_000_000), "zstd", "push.too_large"),
        (gzip.compress(PLAIN)[:-9], "gzip", "push.malformed"),
        (b"not gzip", "gzip", "push.malformed"),
        (b"not zstd", "zstd", "push.malformed"),
        (WIDE.compress(PLAIN) + WIDE.flush(), "zstd", "push.malformed"),
        (b"x", "br", "push.coding_unknown"),
    ],
    ids=["plain", "compressed", "gzip bomb", "zstd bomb", "cut off", "no gzip", "no zstd", "wide window", "unknown"],
)
def test_what_is_too_large_broken_or_unknown_is_refused_with_its_code(body, coding, code):
    with pytest.raises(DomainError) as caught:
        inflate(body, coding, **LIMITS)
    assert caught.value.code == code
