"""Lets go of a request whose phone waits for news: its connection goes to the process that holds thousands of them."""

from flask import Response

from api import errors, transactions
from kernel.actor import Actor
from kernel.identifiers import secret_digest
from kernel.runtime import stream_socket
from sync.devices.calling import Caller
from sync.feed.service import recipients
from sync.stream.board import Kind, Wanted
from sync.stream.handing import Handing, hand_over

FULL_SECONDS = 30


def hold(kind: Kind, caller: Caller, actor: Actor, seq: int, seconds: float) -> Response | None:
    """Hand the phone's connection over for so many seconds; None where nobody is there to hold it.

    The answer that is returned reaches nobody. Raises Unavailable (stream-full) when enough phones are held.
    """
    client = transactions.client_socket()
    if client is None:
        return None
    wanted = Wanted(
        kind,
        caller.phone.id,
        secret_digest(caller.token),
        caller.phone.region_id,
        tuple(recipients(actor)),
        seq,
        seconds,
    )
    outcome, peer = hand_over(stream_socket(transactions.runtime().settings), client, wanted)
    if outcome is Handing.FULL:
        raise errors.STREAM_FULL(retry_after=FULL_SECONDS)
    if peer is None:
        return None
    answer = Response(status=204)
    answer.call_on_close(peer.close)
    return answer
