"""Uploads over raw sockets to a real gunicorn that is lied to, left hanging and killed; afterwards the photo is whole."""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from kernel.actor import system_actor
from kernel.clock import SystemClock
from sync.uploads.jobs import pieces_of, verify_uploads
from sync.uploads.models import Upload
from sync.uploads.pieces import READ
from tests.checklists.media.jpegs import photo
from tests.cli.test_memory import MIB, Web
from tests.conftest import settings_for
from tests.sync.world import make

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks for the processes of a server")

THREADS = 3
PHOTO = photo((1280, 960))
LENGTH = len(PHOTO)
PIECE = "application/offset+octet-stream"
MOST_GROWTH = 60 * MIB


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def told(**values):
    return ",".join(f"{key} {base64.b64encode(value).decode()}" for key, value in values.items())


class Sender:
    """A phone and the server that it sends to; all that the server ever answered is kept."""

    def __init__(self, web, world, token, order_id):
        self.web, self.world, self.token, self.order_id = web, world, token, order_id
        self.seen = set()

    def head(self, method, path, headers):
        lines = {"Host": "x", "Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0", **headers}
        return f"{method} {path} HTTP/1.1\r\n".encode() + b"".join(
            f"{name}: {value}\r\n".encode("latin-1") for name, value in lines.items() if value is not None
        )

    def line(self):
        return contextlib.closing(socket.create_connection(("127.0.0.1", self.web.port), timeout=30))

    def say(self, line, method, path, body=b"", length=None, **headers):
        """Send a request whose length may be a lie."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sized = {"Content-Length": len(body) if length is None else length} if "Transfer-Encoding" not in named else {}
        line.sendall(self.head(method, path, {**sized, **named}) + b"\r\n" + body)

    def hear(self, line):
        """Return the status and headers of an answer; status None where the server hung up."""
        answer = http.client.HTTPResponse(line)
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer.begin()
            answer.read()
            self.seen.add(answer.status)
            return answer.status, answer.headers
        return None, {}

    def ask(self, method, path, body=b"", length=None, **headers):
        with self.line() as line:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.say(line, method, path, body, length, **headers)
            return self.hear(line)

    def begin(self, media_id, length=LENGTH, body=b"", **values):
        metadata = told(media_id=media_id.encode(), work_order_id=str(self.order_id).encode(), **values)
        kind = {"Content_Type": PIECE} if body else {}
        status, headers = self.ask("POST", "/v1/media", body, Upload_Length=length, Upload_Metadata=metadata, **kind)
        assert status == 201, status
        return "/v1/media/" + headers["Location"].rsplit("/", 1)[1]

    def patch(self, path, offset, body, length=None, **headers):
        return self.ask("PATCH", path, body, length, **{"Upload_Offset": offset, "Content_Type": PIECE, **headers})[0]

    def offset(self, path):
        status, headers = self.ask("HEAD", path)
        return int(headers["Upload-Offset"]) if status == 200 else None

    def here(self, path):
        """The bytes that are on disk, without asking the server."""
        return pieces_of(self.world.runtime).size(key_of(path))

    def complete(self, path):
        """Go on as an honest phone does, and return what the order has in the end."""
        at = self.offset(path)
        while at < LENGTH:
            self.patch(path, at, PHOTO[at : at + 100_000])
            at = self.offset(path)
        verify_uploads(self.world.runtime)
        with self.world.runtime.session() as session:
            assert session.scalar(select(Upload.state).where(Upload.id == key_of(path))) == "verified"
        return b"".join(self.world.runtime.blobs.read(hashlib.sha256(PHOTO).hexdigest()))

    def kill(self):
        """Kill the process that serves; another one follows it."""
        old = self.web.worker()
        os.kill(int(old.name), signal.SIGKILL)
        until(lambda: not old.exists())
        until(self.web.ready)


def key_of(path):
    return UUID(path.rsplit("/", 1)[1])


@contextlib.contextmanager
def serving(settings, folder, **more):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = replace(settings, port=port, web_processes=1, web_threads=THREADS)
    world = make(settings, SystemClock())
    (order_id,), phone = world.orders(), world.phone()
    web = Web(settings, folder, **more)
    try:
        until(web.ready, 60)
        yield Sender(web, world, phone.token, order_id)
        logged = [json.loads(line) for line in (folder / "web.log").read_text().splitlines() if line.startswith("{")]
        assert [
            line for line in logged if line["level"] in ("error", "critical") and "SIGKILL" not in line["event"]
        ] == []
    finally:
        web.process.send_signal(signal.SIGTERM)
        web.process.wait(30)
        world.runtime.close()


def test_a_phone_whose_server_is_killed_and_who_overtakes_itself_loses_no_byte(settings, tmp_path):
    with serving(settings, tmp_path) as sender:
        path = sender.begin("killed", filename=b"nothing\0 in it", filetype="图片".encode())
        with sender.line() as line:
            sender.say(line, "PATCH", path, PHOTO[: READ + 9], LENGTH, Upload_Offset=0, Content_Type=PIECE)
            until(lambda: sender.here(path) == READ)
            sender.kill()  # in the middle of a piece
        at = READ
        assert sender.offset(path) == at

        with sender.line() as older:
            sender.say(older, "PATCH", path, PHOTO[at : at + READ], LENGTH - at, Upload_Offset=at, Content_Type=PIECE)
            until(lambda: sender.here(path) == 2 * READ)
            at = 2 * READ
            assert sender.patch(path, at, PHOTO[at : at + 9_000]) == 204, "nobody waits for one that hangs"
            older.sendall(b"x" * READ)
            assert sender.hear(older)[0] == 423
        at += 9_000
        assert sender.offset(path) == at

        with sender.line() as last, sender.world.runtime.unit_of_work(system_actor()) as uow:
            uow.session.execute(select(Upload.id).where(Upload.id == key_of(path)).with_for_update())
            sender.say(last, "PATCH", path, PHOTO[at:], Upload_Offset=at, Content_Type=PIECE)
            until(lambda: sender.here(path) == LENGTH)
            os.kill(int(sender.web.worker().name), signal.SIGKILL)  # all is on disk, and nothing of it is noted
        until(sender.web.ready)
        assert sender.offset(path) == LENGTH
        assert sender.complete(path) == PHOTO
        assert not [status for status in sender.seen if status >= 500]


def lies(sender, path, at):
    """Requests that no phone should send, each with what may come of it; none of them moves the upload on."""
    checksum = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
    order = str(sender.order_id).encode()
    piece, offset = PHOTO[at : at + 500], {"Upload_Offset": at}
    for wrong in (None, "", "-1", "1e3", "\xb2", str(at + 1), str(at - 1), str(LENGTH), "9" * 15, "9" * 4000):
        yield "PATCH", path, piece, {"Upload_Offset": wrong, "Content_Type": PIECE}, {400, 409}
    for wrong in (None, "text/plain", "application/json", "multipart/form-data; boundary=x", PIECE.upper(), "\xff"):
        yield "PATCH", path, piece, {**offset, "Content_Type": wrong}, {415}
    for wrong in (f"sha256 {checksum}", "sha256 ", f"md5 {checksum}"):
        yield "PATCH", path, piece, {**offset, "Content_Type": PIECE, "Upload_Checksum": wrong}, {460}
    for wrong in ("", "sha256 %%", "crc32 AAAA", "\xff"):
        yield "PATCH", path, piece, {**offset, "Content_Type": PIECE, "Upload_Checksum": wrong}, {400}
    yield (
        "PATCH",
        path,
        PHOTO + b"more",
        {**offset, "Content_Type": PIECE, "Upload_Checksum": f"md5 {checksum}"},
        {413, 460},
    )
    yield "PATCH", path, piece, {**offset, "Content_Type": PIECE, "Tus_Resumable": "2.0"}, {412}
    yield "PATCH", path, b"zz\r\n", {**offset, "Content_Type": PIECE, "Transfer_Encoding": "chunked"}, {400, None}
    yield "PATCH", path + "0", piece, {**offset, "Content_Type": PIECE}, {404}
    for length in ("-1", "1e3", "9" * 15, "9" * 400, ""):
        metadata = told(media_id=b"m", work_order_id=order)
        yield "POST", "/v1/media", b"", {"Upload_Length": length, "Upload_Metadata": metadata}, {400, 413}
    for metadata in (
        None,
        "media_id",
        "media_id %%%",
        told(media_id=b"\xff\xfe", work_order_id=order),
        told(media_id=b"m\0", work_order_id=order),
        told(media_id=b"m" * 3_000, work_order_id=order),
        told(media_id=b"m", work_order_id=b"9" * 32 + b"!"),
        told(media_id=b"m", work_order_id=order, sha256=b"0" * 63),
        ",".join(["a YQ=="] * 900),
        "a " + "A" * 60_000,
    ):
        yield "POST", "/v1/media", b"", {"Upload_Length": "9", "Upload_Metadata": metadata}, {400, 431, None}


def test_lies_silence_and_floods_cost_no_byte_no_memory_and_no_thread(sqlite_template, tmp_path):
    file = tmp_path / "fieldbeat.db"
    file.write_bytes(sqlite_template.read_bytes())
    # Neither the database nor Redis has to do with it.
    settings = settings_for(tmp_path, f"sqlite:///{file}", "unix:///nonexistent/none.sock")
    with serving(settings, tmp_path, FIELDBEAT_BODY_SILENCE_SECONDS="1") as sender:
        path = sender.begin("lied-to", body=PHOTO[:1_000])
        before, worker, at = sender.web.peak(), sender.web.worker(), 1_000
        answers = [
            (sender.ask(method, where, body, **headers)[0], expected, str(headers)[:120])
            for method, where, body, headers, expected in lies(sender, path, at)
        ]
        assert [answer for answer in answers if answer[0] not in answer[1]] == []
        assert sender.offset(path) == at

        with sender.line() as line:  # more than it says: what is too much is no piece
            sender.say(line, "PATCH", path, PHOTO[at : at + 900], 400, Upload_Offset=at, Content_Type=PIECE)
            assert sender.hear(line)[0] == 204
        at += 400
        assert sender.offset(path) == at
        with sender.line() as line:  # less than it says, and gone
            sender.say(line, "PATCH", path, PHOTO[at : at + 900], 5_000, Upload_Offset=at, Content_Type=PIECE)
        until(lambda: sender.here(path) == at + 900)
        at += 900
        whole = base64.b64encode(hashlib.sha256(PHOTO[at : at + 5_000]).digest()).decode()
        with sender.line() as line:  # with a checksum it is all or nothing
            named = {"Upload_Offset": at, "Content_Type": PIECE, "Upload_Checksum": f"sha256 {whole}"}
            sender.say(line, "PATCH", path, PHOTO[at : at + 900], 5_000, **named)
            line.shutdown(socket.SHUT_WR)
            assert sender.hear(line)[0] == 460
        assert sender.offset(path) == at

        with contextlib.ExitStack() as stack:  # as many as there are threads fall silent
            for _ in range(THREADS * 2):
                line = stack.enter_context(sender.line())
                sender.say(line, "PATCH", path, b"", 5_000, Upload_Offset=at, Content_Type=PIECE)
            assert sender.offset(path) == at, "they are let go"
        for _ in range(200):
            assert sender.patch(path, at, PHOTO[at : at + 1]) == 204
            at += 1

        def flood(number):
            other = random.Random(number).randbytes(8 * MIB)
            return sender.patch(paths[number], 0, other), sender.patch(paths[number], 8 * MIB, b"", 10**15)

        paths = [sender.begin(f"flood-{number}", 50 * MIB) for number in range(THREADS * 2)]
        with ThreadPoolExecutor(THREADS * 2) as pool:
            assert set(pool.map(flood, range(THREADS * 2))) == {(204, 413)}
        assert sender.web.worker() == worker, "it is still the same process"
        assert sender.web.peak() - before < MOST_GROWTH
        assert sender.complete(path) == PHOTO
        assert not [status for status in sender.seen if status >= 500]
