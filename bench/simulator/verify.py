"""Asks the server, as its people can, what became of every log, and compares what each phone holds with what its user may see."""

import contextlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.simulator.day import Day
from bench.simulator.office import Office
from bench.simulator.scene import Player, Scene
from fieldbeat_client.journal import Kept
from fieldbeat_client.phone import UNKNOWN, Phone

NO_EFFECT = frozenset({"quarantined", "no_op", "discarded"})
SAMPLES = 5
COMPARED = ("status", "assignment_id", "version", "number", "title")


@dataclass
class Findings:
    """What is not as it must be, in sentences. `checked` counts what was looked at."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not (self.lost or self.doubled or self.leaked or self.wrong)

    def samples(self) -> list[str]:
        """Return the first few of each kind."""
        kinds = (("lost", self.lost), ("doubled", self.doubled), ("leaked", self.leaked), ("wrong", self.wrong))
        return [f"{name}: {each}" for name, found in kinds for each in found[:SAMPLES]]


@dataclass
class Effects:
    """What the server shows of all orders: how often each op took effect, by its id, and the orders themselves."""

    timeline: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    signatures: Counter[str] = field(default_factory=Counter)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)


def verify(scene: Scene, days: Sequence[Day]) -> Findings:
    """Check everything; the phones must be at rest. Raises OfficeError when the API cannot be asked."""
    findings = Findings()
    effects = collect(scene)
    for number, day in enumerate(days):
        for phone in day.phones:
            check_receipts(findings, phone, day.diary.outcomes)
            check_effects(findings, phone, effects)
        check_promises(findings, day, effects, scene.players[number].user_id)
    check_nothing_else(findings, days, effects)
    for number, day in enumerate(days):
        player = scene.players[number]
        with contextlib.closing(scene.office_of(player)) as office:
            check_view(findings, office, player, day, effects, stranger=scene.players[number - 1])
    return findings


def collect(scene: Scene) -> Effects:
    """Read all orders of the scene, with their timelines and checklists, as the manager sees them."""
    effects = Effects()
    for order in scene.manager.pages("/v1/work-orders", region_id=scene.region_id):
        effects.orders[order["id"]] = order
    ids = list(effects.orders)
    details = scene.manager.many([("GET", f"/v1/work-orders/{order_id}", None) for order_id in ids])
    effects.orders |= {order["id"]: order for order in details}
    runs = scene.manager.many([("GET", f"/v1/work-orders/{order_id}/checklist", None) for order_id in ids])
    for order_id, run in zip(ids, runs, strict=True):
        effects.runs[order_id] = run
        for entry in run["answers"].values():
            beside = {one["op_id"] for one in entry.get("others", ())} | set(entry.get("settles", ()))
            effects.answers.update({entry["base"], *beside})
        effects.signatures.update(sign_off["id"] for sign_off in run["sign_offs"])
        for one in scene.manager.pages(f"/v1/work-orders/{order_id}/timeline"):
            effects.timeline[one["id"]] += 1
            effects.entries[one["id"]] = one
    return effects


def check_receipts(findings: Findings, phone: Phone, right: dict[str, frozenset[str]]) -> None:
    """Every op has one final receipt, the server knows it under the same state, and it is one that the day expected."""
    ops = phone.journal.ops()
    states = phone.ask_status([op.id for op in ops])
    receipts = phone.journal.docs("receipts")
    for op in ops:
        findings.checked["ops"] += 1
        name = f"{op.body['type']} {op.id}"
        if states[op.id] == UNKNOWN:
            findings.lost.append(f"{name} is not known to the server")
        elif op.outcome is None or op.id not in receipts:
            findings.lost.append(f"{name} has no receipt; its state is {states[op.id]}")
        elif op.outcome != states[op.id]:
            findings.wrong.append(f"{name} has the receipt {op.outcome}, its state is {states[op.id]}")
        elif op.outcome not in right[op.id]:
            findings.wrong.append(
                f"{name} came to {op.outcome} ({op.code}), not to {' or '.join(sorted(right[op.id]))}"
            )


def check_effects(findings: Findings, phone: Phone, effects: Effects) -> None:
    """Every op has exactly one effect, with its own content; what had no effect to take has none."""
    for op in phone.journal.ops():
        kinds = _where(op, effects)
        wanted = 0 if op.outcome in NO_EFFECT else 1
        for place, count in kinds:
            if count < wanted:
                findings.lost.append(f"{op.body['type']} {op.id} ({op.outcome}) has no effect on the {place}")
            elif count > wanted:
                findings.doubled.append(f"{op.body['type']} {op.id} ({op.outcome}) has {count} effects on the {place}")
        entry = effects.entries.get(op.id)
        if entry is not None and not _same(op, entry, phone):
            findings.wrong.append(f"{op.body['type']} {op.id} became another entry: {entry}")


def _where(op: Kept, effects: Effects) -> list[tuple[str, int]]:
    kind = op.body["type"]
    if kind == "checklist.answer":
        return [("checklist", effects.answers[op.id])]
    if kind == "checklist.sign_off":
        return [("sign-offs", effects.signatures[op.id]), ("timeline", effects.timeline[op.id])]
    return [("timeline", effects.timeline[op.id])]


def _same(op: Kept, entry: dict[str, Any], phone: Phone) -> bool:
    given = op.body["data"].items()
    return (
        entry["kind"] == op.body["type"]
        and entry["device_id"] == phone.device_id
        and all(entry["data"].get(name) == value for name, value in given)
    )


def check_promises(findings: Findings, day: Day, effects: Effects, user_id: str) -> None:
    """Every order is in the state that its technician left it in; one that was declined may be with somebody else by now."""
    for order_id, status in day.diary.promises.items():
        findings.checked["orders"] += 1
        order = effects.orders[order_id]
        given_on = status == DECLINED and order["assignee_id"] not in (None, user_id)
        if order["status"] != status and not given_on:
            findings.wrong.append(f"order {order_id} is {order['status']}, not {status}")


DECLINED = "open"
"""The state that an order is left in by who declines it."""


def check_nothing_else(findings: Findings, days: Sequence[Day], effects: Effects) -> None:
    """Nothing took effect that no phone recorded: whatever bears a device's name is an op of that device."""
    known = {op.id for day in days for phone in day.phones for op in phone.journal.ops()}
    findings.doubled += [
        f"{entry['kind']} {key} is on the timeline, and no phone recorded it"
        for key, entry in effects.entries.items()
        if entry["device_id"] is not None and key not in known
    ]
    for name, counted in (("answer", effects.answers), ("sign-off", effects.signatures)):
        findings.doubled += [f"{name} {key} is there, and no phone recorded it" for key in counted if key not in known]


def check_view(
    findings: Findings, office: Office, player: Player, day: Day, effects: Effects, *, stranger: Player
) -> None:
    """Each phone holds exactly what its user may see through the API, and the user sees nothing of others."""
    seen = {order["id"]: order for order in office.pages("/v1/work-orders")}
    mine = {key for key, order in effects.orders.items() if order["assignee_id"] == player.user_id}
    findings.leaked += [f"{player.login} sees the order {key} of somebody else" for key in seen.keys() - mine]
    findings.lost += [f"{player.login} does not see the order {key}" for key in mine - seen.keys()]
    own_ops = {op.id for phone in day.phones for op in phone.journal.ops()}
    for phone in day.phones:
        _check_phone(findings, phone, player, mine, effects)
        _check_about_ops(findings, phone, player, own_ops)
    for order_id in [key for key in stranger.orders if key not in mine][:2]:
        for path in (f"/v1/work-orders/{order_id}", f"/v1/work-orders/{order_id}/timeline"):
            findings.checked["refusals"] += 1
            if (status := office.status_of(path)) != 404:
                findings.leaked.append(f"{player.login} asked {path} and got {status}")


def _check_phone(findings: Findings, phone: Phone, player: Player, mine: set[str], effects: Effects) -> None:
    held = phone.journal.docs("work_orders")
    _compare(findings, player, "order", held.keys(), mine)
    for key in held.keys() & mine:
        for name in COMPARED:
            if held[key][name] != effects.orders[key][name]:
                findings.wrong.append(f"order {key} on the phone of {player.login} has another {name}")
    runs = phone.journal.docs("checklists")
    _compare(findings, player, "checklist", runs.keys(), {effects.runs[key]["id"] for key in mine})
    for run in runs.values():
        if run["version"] != effects.runs[run["work_order_id"]]["version"]:
            findings.wrong.append(f"checklist {run['id']} on the phone of {player.login} is of another version")
    sites = {effects.orders[key]["site_id"] for key in mine}
    _compare(findings, player, "site", phone.journal.docs("sites").keys(), sites)
    _compare(findings, player, "person", phone.journal.docs("me").keys(), {player.user_id})
    findings.checked["documents"] += len(held) + len(runs) + len(sites)


def _check_about_ops(findings: Findings, phone: Phone, player: Player, own: set[str]) -> None:
    """Receipts and conflicts are about the user's own ops, of whichever of their phones."""
    receipts = set(phone.journal.docs("receipts"))
    _compare(findings, player, "receipt of the op", receipts, own)
    about = {conflict["op_id"] for conflict in phone.journal.docs("conflicts").values()}
    findings.leaked += [f"the phone of {player.login} holds a conflict about {key}" for key in about - own]
    findings.checked["documents"] += len(receipts) + len(about)


def _compare(findings: Findings, player: Player, what: str, held: Iterable[str], allowed: set[str]) -> None:
    here = set(held)
    findings.leaked += [f"the phone of {player.login} holds the {what} {key}" for key in here - allowed]
    findings.lost += [f"the phone of {player.login} lacks the {what} {key}" for key in allowed - here]
