"""Headers of tus are read strictly, and what is wrong is named."""

import base64
from uuid import UUID

import pytest

from kernel.errors import DomainError
from sync.uploads.headers import read_checksum, read_metadata, read_wanted, whole

ORDER, OP = UUID(int=1 << 120), UUID(int=2 << 120)


def coded(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def test_what_is_wanted_is_read():
    wanted = read_wanted(
        "70", coded(media_id="med-1", work_order_id=str(ORDER), op_id=str(OP), sha256="AB" * 32, filename="门头.jpg")
    )
    assert (wanted.length, wanted.media_id, wanted.work_order_id, wanted.op_id) == (70, "med-1", ORDER, OP)
    assert (wanted.sha256, wanted.filename, wanted.filetype) == ("ab" * 32, "门头.jpg", None)


def test_metadata_may_have_keys_without_a_value_and_blanks():
    assert read_metadata("a YQ==, is_new , b Yg==") == {"a": "a", "is_new": "", "b": "b"}


@pytest.mark.parametrize(
    ("length", "metadata", "path"),
    [
        (None, coded(media_id="m", work_order_id=str(ORDER)), "/Upload-Length"),
        ("-1", coded(media_id="m", work_order_id=str(ORDER)), "/Upload-Length"),
        ("9" * 16, coded(media_id="m", work_order_id=str(ORDER)), "/Upload-Length"),
        ("7", None, "/Upload-Metadata/media_id"),
        ("7", coded(media_id="../x", work_order_id=str(ORDER)), "/Upload-Metadata/media_id"),
        ("7", coded(media_id="m", work_order_id="7"), "/Upload-Metadata/work_order_id"),
        ("7", coded(media_id="m", work_order_id=str(ORDER), op_id="x"), "/Upload-Metadata/op_id"),
        ("7", coded(media_id="m", work_order_id=str(ORDER), sha256="xyz"), "/Upload-Metadata/sha256"),
        ("7", "media_id ???", "/Upload-Metadata"),
    ],
)
def test_what_is_missing_or_unfit_is_named(length, metadata, path):
    with pytest.raises(DomainError) as refused:
        read_wanted(length, metadata)
    assert (refused.value.code, [one.path for one in refused.value.fields]) == ("upload.header_wrong", [path])


def test_checksums():
    assert read_checksum(None) is None
    assert read_checksum("sha1 3q2+7w==").digest == bytes.fromhex("deadbeef")
    for wrong in ("crc32 AAAA", "sha256 ???"):
        with pytest.raises(DomainError):
            read_checksum(wrong)


@pytest.mark.parametrize("text", ["", "1.5", "١", " 7"])
def test_a_number_is_digits(text):
    with pytest.raises(DomainError):
        whole(text, "Upload-Offset")
