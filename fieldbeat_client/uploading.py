"""How files go up: by tus 1.0, piece by piece, from wherever the connection broke."""

import base64
import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from fieldbeat_client.exchange import Exchange
from fieldbeat_client.journal import Attachment, Journal
from fieldbeat_client.wire import Answer, ConnectionLostError, Network, Request

TUS = {"Tus-Resumable": "1.0.0"}
PIECE_BYTES = 1024 * 1024


class Uploader:
    """Hands over the files that the journal knows of. For one thread."""

    def __init__(self, journal: Journal, line: Network, exchange: Exchange) -> None:
        self._journal = journal
        self._line = line
        self._exchange = exchange

    def upload(self) -> None:
        """Hand over every file that no server has whole. Raises GaveUpError, RefusedError."""
        deadline = self._exchange.deadline()
        while waiting := self._journal.attachments(unsent=True):
            complete = True
            for one in waiting:
                complete &= self._hand_over(one)
            self._exchange.rest(complete, deadline, "its files to be taken")

    def _hand_over(self, one: Attachment) -> bool:
        """Go on with one file as far as the network permits; tell whether it is through."""
        location = one.location or self._create(one)
        if location is None:
            return False
        offset = self._offset(one, location)
        while offset is not None and offset < one.length:
            offset = self._send_piece(one, location, offset)
        if offset is None:
            return False
        self._journal.mark_sent(one.media_id)
        return True

    def _create(self, one: Attachment) -> str | None:
        told = {"media_id": one.media_id, "work_order_id": one.work_order_id, "sha256": one.sha256, "op_id": one.op_id}
        metadata = ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in told.items() if text)
        answer = self._ask("POST", "/v1/media", {"Upload-Length": str(one.length), "Upload-Metadata": metadata})
        if answer is None or answer.status != 201:
            return None
        location = urlsplit(answer.headers.get("location", "")).path
        self._journal.mark_begun(one.media_id, location)
        return location or None

    def _offset(self, one: Attachment, location: str) -> int | None:
        """Ask how much is there; begin anew what the server does not know (any more)."""
        answer = self._ask("HEAD", location, {}, gone=True)
        if answer is not None and answer.status == 404:
            self._journal.mark_begun(one.media_id, None)
        if answer is None or answer.status != 200:
            return None
        return int(answer.headers.get("upload-offset", 0))

    def _send_piece(self, one: Attachment, location: str, offset: int) -> int | None:
        with Path(one.path).open("rb") as file:
            file.seek(offset)
            piece = file.read(PIECE_BYTES)
        digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        headers = {
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Upload-Checksum": f"sha256 {digest}",
        }
        answer = self._ask("PATCH", location, headers, piece)
        if answer is None or answer.status != 204:
            return None
        return int(answer.headers.get("upload-offset", offset + len(piece)))

    def _ask(
        self, method: str, path: str, more: dict[str, str], body: bytes = b"", *, gone: bool = False
    ) -> Answer | None:
        """Ask; None where trying again may help. An answer counts only if it is tus: captive portals answer, too."""
        token = self._journal.get("device")["token"]
        headers = {**TUS, "Authorization": f"Bearer {token}", **more}
        try:
            answer = self._line.send(Request(method, path, headers, body))
        except ConnectionLostError:
            self._exchange.tally.lost_connections += 1
            return None
        if gone and answer.status == 404:
            return answer
        if answer.status >= 400:
            self._exchange.check(answer)
            return None
        return answer if answer.headers.get("tus-resumable") == TUS["Tus-Resumable"] else None
