"""Blobs in a bucket, on a real S3-compatible server; what both stores promise is in test_blobs."""

import base64
import hashlib
import io
import os
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from kernel.blobs import StoreAway
from kernel.s3_blobs import PART, READ, S3Blobs
from kernel.settings import Settings
from tests.object_store import ObjectStore


@pytest.fixture
def settings(object_store, tmp_path):
    return object_store.settings(tmp_path)


@pytest.fixture
def blobs(settings) -> S3Blobs:
    return S3Blobs(settings)


def place(settings, digest: str) -> str:
    return f"{settings.s3_prefix}/{digest[:2]}/{digest[2:]}"


class Noting(BaseHTTPRequestHandler):
    """Takes what is put, and notes with which headers it came."""

    seen: ClassVar[list[Mapping[str, str]]] = []

    def do_PUT(self):
        self.seen.append(self.headers)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        for name, value in (("ETag", '"1"'), ("Content-Length", "0")):
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_what_is_sent_carries_its_checksum_and_a_signature(tmp_path):
    with HTTPServer(("127.0.0.1", 0), Noting) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        told = {"FIELDBEAT_S3_BUCKET": "b", "FIELDBEAT_S3_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}
        keys = {"FIELDBEAT_S3_ACCESS_KEY": "name", "FIELDBEAT_S3_SECRET_KEY": "secret"}
        digest, _ = S3Blobs(Settings.from_environment({**told, **keys})).put(io.BytesIO(b"photo"))
        thread.join()
    (headers,) = Noting.seen
    assert base64.b64decode(headers["x-amz-checksum-sha256"]).hex() == digest
    assert "Credential=name/" in headers["Authorization"]


def test_a_large_file_goes_and_comes_in_parts(blobs):
    content = os.urandom(2 * PART + 77)
    digest, size = blobs.put(io.BytesIO(content))
    assert (digest, size) == (hashlib.sha256(content).hexdigest(), len(content))
    pieces = list(blobs.read(digest))
    assert b"".join(pieces) == content
    assert {len(piece) for piece in pieces[:-1]} == {READ}
    assert b"".join(blobs.read(digest, READ - 3, READ + 5)) == content[READ - 3 : READ + 5]


def test_what_was_damaged_in_the_store_is_whole_when_it_is_put_again(blobs, settings, object_store):
    digest, _ = blobs.put(io.BytesIO(b"photo"))
    object_store.ask("PUT", place(settings, digest), b"other")
    blobs.put(io.BytesIO(b"photo"))
    assert b"".join(blobs.read(digest)) == b"photo"


def test_a_store_that_is_away_says_so_and_is_used_again_when_it_is_back(tmp_path):
    with ObjectStore() as server:
        blobs = S3Blobs(server.settings(tmp_path))
        digest, _ = blobs.put(io.BytesIO(b"photo"))
        server.stop()
        acts = (
            lambda: blobs.put(io.BytesIO(b"x")),
            lambda: blobs.read(digest),
            lambda: blobs.has(digest),
            blobs.try_out,
        )
        for act in acts:
            with pytest.raises(StoreAway) as told:
                act()
            assert "secret" not in str(told.value)
        server.start()
        assert blobs.put(io.BytesIO(b"photo"))[0] == digest
        assert blobs.has(digest)


def test_a_bucket_that_does_not_exist_is_a_store_that_is_away(object_store, tmp_path):
    blobs = S3Blobs(object_store.settings(tmp_path, FIELDBEAT_S3_BUCKET="nobodys"))
    for act in (lambda: blobs.put(io.BytesIO(b"x")), blobs.try_out):
        with pytest.raises(StoreAway):
            act()
