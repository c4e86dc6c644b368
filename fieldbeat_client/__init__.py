"""fieldbeat-client: hands over what was recorded offline to a Fieldbeat server, and keeps a copy of what it may see.

    from fieldbeat_client import Habits, Journal, Phone, PhoneClock, Wire

    phone = Phone(Journal("work.db"), PhoneClock.here(), lambda _line: Wire("https://fieldbeat.example"))
    phone.enrol_by_code("7KQ2-M9XA-TR4C-0H5V", install_id="tablet-17", name="Tablet 17")
    phone.record("log.note", work_order_id=order_id, data={"text": "到场"})
    phone.attach("meter.jpg", work_order_id=order_id, media_id="meter-1")
    phone.settle()  # pushes, pulls and uploads until everything has its receipt

What was recorded is in the journal before `record` returns, and stays there until the server's receipt and its days of keeping
are over. Killed at any moment, a phone made anew from the same journal goes on. See docs/clients.md and docs/sync-protocol.md.
"""

from fieldbeat_client.clocks import PhoneClock
from fieldbeat_client.exchange import GaveUpError, Habits, RefusedError, Tally
from fieldbeat_client.journal import Journal, Kept
from fieldbeat_client.phone import Phone
from fieldbeat_client.wire import Answer, ConnectionLostError, Network, Request, Wire

__all__ = [
    "Answer",
    "ConnectionLostError",
    "GaveUpError",
    "Habits",
    "Journal",
    "Kept",
    "Network",
    "Phone",
    "PhoneClock",
    "RefusedError",
    "Request",
    "Tally",
    "Wire",
]
