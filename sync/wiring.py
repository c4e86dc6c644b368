"""What sync brings to the process: its jobs, and which of them recur."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from checklists.media import service as media
from checklists.media.jobs import LOOK, look_at_pictures
from checklists.reports.jobs import MAKE, make_reports
from checklists.review import deadlines as review_deadlines
from checklists.review.sampling import monthly as review_plans
from checklists.templates.reviewing import remind_of_reviews, retire_superseded
from dispatch.accounts.tidying import tidy
from dispatch.assignment.offer_keeping import expire
from dispatch.consultations.escalating import escalate
from dispatch.exports import jobs as exports
from dispatch.geocoding.jobs import LOOK_UP, look_up_addresses
from dispatch.geocoding.provider import AddressProvider, provider_of
from dispatch.imports import jobs as imports
from dispatch.incidents.reminding import remind
from dispatch.notifications import apprise_sender
from dispatch.notifications.addresses import AddressRules
from dispatch.notifications.customer_messages import TOPIC as CUSTOMER_MESSAGES
from dispatch.notifications.key_ends import warn_of_key_ends
from dispatch.notifications.service import TOPIC as NOTIFICATIONS
from dispatch.outages.notices import broadcast
from dispatch.outages.watching import watch
from dispatch.people.certificates.warning import warn_of_expiry
from dispatch.rounds.generating import generate
from dispatch.single_sign_on import service as single_sign_on
from dispatch.webhooks.jobs import DELIVER, FORGET, deliver, forget
from dispatch.work_orders.alerts import sweep_clocks
from dispatch.work_orders.due import SWEEPS
from kernel import idempotency, outbox
from kernel.actor import system_actor
from kernel.job_queue import Lane
from kernel.jobs import Periodic
from kernel.outbox import Send
from kernel.runtime import Runtime
from kernel.settings import Settings
from sync.courier import Courier
from sync.devices.jobs import POKE, SILENCE, poke_phones, remind_of_silence
from sync.devices.poker import Poker
from sync.devices.poking import TOPIC as POKES
from sync.devices.queries import last_pushes
from sync.erasure.jobs import REMOVE, RETAIN, erase_what_is_over, remove_files
from sync.erasure.late import LateEraser
from sync.erasure.noting import TOPIC as LATE
from sync.feed.jobs import ARCHIVE, COLLECT, TURN, archive_orders, collect_removals, tell_of_moments
from sync.quarantine.jobs import LEARN, learn
from sync.reconcile.runner import DRAIN, drain, sweep
from sync.uploads.jobs import EXPIRE, VERIFY, expire_uploads, verify_uploads

SWEEP, SEND, WATCH, MOVE = "sync.sweep", "kernel.send", "sla.watch", "orders.move"
MOVE_SIZE = 200
"""Orders that one transaction moves on by itself."""
WARN = "people.warn"
REMIND = "incidents.remind"
ESCALATE = "consultations.escalate"
OFFERS = "assignment.offers"
MEDIA = "media.overdue"
OUTAGES = "outages.watch"
BROADCAST_SIZE = 500
"""Customers that one transaction tells of an outage."""
GENERATE = "rounds.generate"
GENERATE_SIZE = 300
"""Orders that one transaction makes from rounds."""
REVIEWS = "reviews.overdue"
PLANS = "reviews.plan"
TEMPLATES = "templates.keep"
ACCOUNTS = "accounts.tidy"
KEYS = "idempotency.forget"
KEY_ENDS = "accounts.key_ends"
HOUR = 3600.0
FORGET_SIZE = 1_000
WATCH_SIZE = 500
"""Clocks, or files, that one transaction looks at."""
SEND_SIZE = 20
"""Messages that one sender has in hands."""
LEASE = timedelta(minutes=5)


def send(runtime: Runtime) -> None:
    """Send what waits in the outbox, a few at a time so that a lease is long enough; what could not be sent comes again later."""
    topics = sorted(runtime.senders)
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            claimed = outbox.claim(uow.session, topics, now=uow.now, lease=LEASE, limit=SEND_SIZE)
        if not claimed:
            return
        outcome = outbox.send(claimed, runtime.senders)
        with runtime.unit_of_work(system_actor()) as uow:
            outbox.settle(uow.session, claimed, outcome, now=uow.now)


def watch_clocks(runtime: Runtime) -> None:
    """Look at all service clocks that are due, region by region, until none is left."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if sweep_clocks(uow, limit=WATCH_SIZE, last_pushes=last_pushes) == 0:
                return


def move_orders(runtime: Runtime) -> None:
    """Do to orders what their time has come for, in sets, until nothing is left."""
    for act in SWEEPS:
        while True:
            with runtime.unit_of_work(system_actor()) as uow:
                if act(uow, limit=MOVE_SIZE) == 0:
                    break


def warn_of_certificates(runtime: Runtime) -> None:
    """Warn people of certificates that are about to expire, some hundreds in each transaction."""
    after: Sequence[Any] | None = None
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            after = warn_of_expiry(uow, after=after)
        if after is None:
            return


def warn_of_keys(runtime: Runtime) -> None:
    """Tell of programs' keys that are about to end, some hundreds in each transaction."""
    after: Sequence[Any] | None = None
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            after = warn_of_key_ends(uow, after=after)
        if after is None:
            return


def remind_of_news(runtime: Runtime) -> None:
    """Remind of promised news of major incidents that has not come, until nothing is due."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if remind(uow, limit=WATCH_SIZE) == 0:
                return


def ask_the_next_above(runtime: Runtime) -> None:
    """Let questions that waited in vain go up, until none is due."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if escalate(uow, limit=WATCH_SIZE) == 0:
                return


def tidy_accounts(runtime: Runtime) -> None:
    """Drop sessions, attempts and whatever else of signing in is over."""
    with runtime.unit_of_work(system_actor()) as uow:
        tidy(uow)
        single_sign_on.forget(uow)


def forget_keys(runtime: Runtime) -> None:
    """Drop keys of requests whose day is over, some at a time, with what was answered."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if idempotency.forget(uow.session, before=uow.now - idempotency.KEPT, limit=FORGET_SIZE) < FORGET_SIZE:
                return


def end_offers(runtime: Runtime) -> None:
    """End offers of orders whose time is over, until none is left."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if expire(uow, limit=WATCH_SIZE) == 0:
                return


def flag_overdue_media(runtime: Runtime) -> None:
    """Mark the orders whose photos did not come in time, until none is left."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if media.flag_overdue(uow, limit=WATCH_SIZE) == 0:
                return


def generate_rounds(runtime: Runtime) -> None:
    """Make the orders of rounds whose time has come, some hundreds in each transaction."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if generate(uow, limit=GENERATE_SIZE) == 0:
                return


def keep_templates(runtime: Runtime) -> None:
    """Retire versions of checklists whose successors' day has come, and remind of reviews, until nothing is left."""
    for act in (retire_superseded, remind_of_reviews):
        while True:
            with runtime.unit_of_work(system_actor()) as uow:
                if act(uow, limit=WATCH_SIZE) == 0:
                    break


def plan_reviews(runtime: Runtime) -> None:
    """Frame the month that is over where a region wants that by itself; then, in transactions of their own, draw."""
    with runtime.reading(system_actor()) as reading:
        due = review_plans.months_due(reading)
    for region_id, month in due:
        with runtime.unit_of_work(system_actor()) as uow:
            review_plans.frame_due(uow, region_id, month)
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if review_plans.draw_due(uow) == 0:
                return


def watch_outages(runtime: Runtime) -> None:
    """Let outages begin, ask about those that should be over, and tell their customers, some hundreds in each transaction."""
    for act, size in ((watch, WATCH_SIZE), (broadcast, BROADCAST_SIZE)):
        while True:
            with runtime.unit_of_work(system_actor()) as uow:
                if act(uow, limit=size) == 0:
                    break


def close_overdue_reviews(runtime: Runtime) -> None:
    """Do what follows when nobody reviewed, appealed or decided in time, until nothing is due."""
    for act in review_deadlines.SWEEPS:
        while True:
            with runtime.unit_of_work(system_actor()) as uow:
                if act(uow, limit=MOVE_SIZE) == 0:
                    break


def senders(runtime: Runtime) -> Mapping[str, Send]:
    """What delivers the messages of each topic, by this runtime's settings."""
    courier = Courier(runtime, apprise_sender.sender(AddressRules.of(runtime.settings)))
    poker = Poker(runtime)
    return {
        NOTIFICATIONS: courier.notify,
        CUSTOMER_MESSAGES: courier.message_customer,
        POKES: poker.poke,
        LATE: LateEraser(runtime).erase,
    }


def look_up(runtime: Runtime, provider: AddressProvider) -> None:
    """Ask for the positions of addresses, as fast as the settings allow."""
    look_up_addresses(runtime, provider, per_minute=runtime.settings.geocoder_per_minute)


def jobs_of(settings: Settings) -> Mapping[str, Callable[..., None]]:
    """What this worker runs: everything, and the look-up of addresses where a provider is configured."""
    provider = provider_of(settings)
    return JOBS if provider is None else {**JOBS, LOOK_UP: partial(look_up, provider=provider)}


JOBS: Mapping[str, Callable[..., None]] = {
    DRAIN: drain,
    SWEEP: sweep,
    SEND: send,
    WATCH: watch_clocks,
    MOVE: move_orders,
    WARN: warn_of_certificates,
    REMIND: remind_of_news,
    ESCALATE: ask_the_next_above,
    OFFERS: end_offers,
    MEDIA: flag_overdue_media,
    GENERATE: generate_rounds,
    OUTAGES: watch_outages,
    REVIEWS: close_overdue_reviews,
    PLANS: plan_reviews,
    TEMPLATES: keep_templates,
    MAKE: make_reports,
    LOOK: look_at_pictures,
    VERIFY: verify_uploads,
    EXPIRE: expire_uploads,
    DELIVER: deliver,
    FORGET: forget,
    exports.WRITE: exports.write_exports,
    exports.TIDY: exports.tidy_exports,
    imports.WORK: imports.work,
    imports.FORGET: imports.forget,
    ACCOUNTS: tidy_accounts,
    KEYS: forget_keys,
    KEY_ENDS: warn_of_keys,
    ARCHIVE: archive_orders,
    COLLECT: collect_removals,
    TURN: tell_of_moments,
    POKE: poke_phones,
    SILENCE: remind_of_silence,
    LEARN: learn,
    RETAIN: erase_what_is_over,
    REMOVE: remove_files,
}


OFTEN = (
    SWEEP,
    WATCH,
    MOVE,
    REMIND,
    ESCALATE,
    OFFERS,
    TURN,
    POKE,
)
"""What is looked for every few seconds (`FIELDBEAT_SWEEP_SECONDS`)."""
SLOW = (
    SEND,
    MAKE,
    VERIFY,
    LOOK,
    GENERATE,
    OUTAGES,
    DELIVER,
    exports.WRITE,
    imports.WORK,
    REMOVE,
)
"""What is looked for as often, and takes seconds: printing, third parties, and whatever may find thousands to do at once."""
HOURLY = (
    MEDIA,
    REVIEWS,
    TEMPLATES,
    WARN,
    ACCOUNTS,
    KEY_ENDS,
    SILENCE,
)
HOURLY_SLOW = (
    KEYS,
    ARCHIVE,
    COLLECT,
    LEARN,
    EXPIRE,
    PLANS,
    FORGET,
    exports.TIDY,
    imports.FORGET,
    RETAIN,
)


def periodic(settings: Settings) -> tuple[Periodic, ...]:
    """The jobs that recur, and how often."""
    often = (Periodic(job, settings.sweep_seconds) for job in OFTEN)
    slow = (Periodic(job, settings.sweep_seconds, Lane.SLOW) for job in SLOW)
    # At least once a second, so that a quick provider is used; each round ends by itself.
    pace = max(1.0, 60 / settings.geocoder_per_minute)
    looking_up = () if settings.geocoder == "none" else (Periodic(LOOK_UP, pace, Lane.SLOW),)
    hourly = (
        *(Periodic(job, HOUR) for job in HOURLY),
        *(Periodic(job, HOUR, Lane.SLOW) for job in HOURLY_SLOW),
    )
    return (*often, *slow, *hourly, *looking_up)
