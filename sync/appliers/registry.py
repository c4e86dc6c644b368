"""Every type of op that a phone may send, and what kind of effect each has."""

from dataclasses import dataclass, field
from enum import Enum

from dispatch.work_orders.lifecycle import Command
from sync.appliers.upcasting import Body, Upcast, photos_one_by_one, raised


class Effect(Enum):
    """How an op takes effect: facts add up, commands are guarded, answers merge by question, a signature is written once.

    Fees add up like facts too, and a part that was used is a fact and a line at once. Questions to experts and their replies add
    up like facts; a reply is for whoever was asked.
    """

    FACT = "fact"
    COMMAND = "command"
    ANSWER = "answer"
    SIGN_OFF = "sign_off"
    ASK = "ask"
    REPLY = "reply"
    FEE = "fee"
    PART = "part"
    FEE_REMOVAL = "fee_removal"


@dataclass(frozen=True, slots=True)
class OpType:
    """A type of op: its effect, whether it waits for gaps before it, and what its data must have in its newest version.

    `steps` lead from each version to the next, the first of them from 1 to 2.
    """

    effect: Effect
    ordered: bool = False
    command: Command | None = None
    needs: tuple[str, ...] = ()
    steps: tuple[Upcast, ...] = ()
    version: int = field(init=False)
    """The newest version that we know."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "version", 1 + len(self.steps))

    def newest(self, op: Body) -> Body:
        """Return an op of this type, of any version that we know, in the shape of the newest one."""
        return raised(op, op.get("v", 1), self.steps) if self.steps else op


# What the person in the field may ask of an order; everything else is asked at a desk.
FIELD_COMMANDS = (
    Command.ACCEPT,
    Command.DECLINE,
    Command.SCHEDULE,
    Command.DEPART,
    Command.ARRIVE,
    Command.START,
    Command.HOLD,
    Command.RESUME,
    Command.COMPLETE,
    Command.MARK_UNABLE,
)

TYPES: dict[str, OpType] = {
    **{f"work_order.{one.value}": OpType(Effect.COMMAND, ordered=True, command=one) for one in FIELD_COMMANDS},
    "log.note": OpType(Effect.FACT, needs=("text",)),
    "log.key_action": OpType(Effect.FACT, needs=("action",)),
    "log.position": OpType(Effect.FACT),
    "log.time_entry": OpType(Effect.FACT, needs=("started_at", "ended_at")),
    "log.photo": OpType(Effect.FACT, needs=("files",), steps=(photos_one_by_one,)),
    "log.part_used": OpType(Effect.PART, needs=("part", "quantity")),
    "log.customer_feedback": OpType(Effect.FACT, needs=("text",)),
    "fee.add": OpType(Effect.FEE),
    "fee.remove": OpType(Effect.FEE_REMOVAL, needs=("line_id", "reason")),
    "checklist.answer": OpType(Effect.ANSWER, needs=("item",)),
    "consultation.ask": OpType(Effect.ASK, needs=("question",)),
    "consultation.answer": OpType(Effect.REPLY, needs=("consultation_id", "text")),
    "checklist.sign_off": OpType(Effect.SIGN_OFF, ordered=True, needs=("signed_digest",)),
}
