"""The forms of a checklist being worked through: its run, answers and sign-offs."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Hex, JsonValue, Text, Word
from checklists.runs.fold import Standing
from checklists.signoff.snapshot import Worth


class RunTemplate(Schema):
    """The version of the template that a run stays on."""

    id = fields.String(required=True, metadata={"format": "uuid"})
    version = fields.Integer(required=True)


class Run(Schema):
    """The checklist of an order, as phones get it, too."""

    id = fields.String(required=True, metadata={"format": "uuid"})
    work_order_id = fields.String(required=True, metadata={"format": "uuid"})
    template = fields.Nested(RunTemplate, required=True)
    version = fields.Integer(required=True)
    updated_at = fields.String(required=True, metadata={"format": "date-time"})
    answers = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "By item: `value` in force, the `base` that the next answer names, who gave it and when, "
            "whether it `failed`, and the `others` that disagreed."
        },
    )
    conflicts = fields.List(fields.Dict(), required=True)
    progress = fields.Dict(required=True, metadata={"description": "What is required, answered, missing and failed."})
    revision = fields.Integer(required=True)
    digest = fields.String(required=True, metadata={"description": "What a customer signs now (SHA-256)."})
    signed = fields.Boolean(required=True)
    sign_offs = fields.List(fields.Dict(), required=True)
    awaiting_media = fields.List(
        fields.Dict(),
        required=True,
        metadata={"description": "Files that answers name, and until when they are awaited."},
    )
    follow_ups = fields.List(
        fields.Dict(), required=True, metadata={"description": "The orders that failed items led to, by `item`."}
    )


class Snapshot(Schema):
    """What a customer signs, and its digest."""

    snapshot = fields.Dict(required=True)
    digest = fields.String(
        required=True, metadata={"description": "SHA-256 of the snapshot's canonical form (RFC 8785)."}
    )


class NewAnswer(Schema):
    """An answer to one item; null takes it back."""

    item = Text(64, required=True)
    value = JsonValue(required=True, allow_none=True)
    base = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "The answer that this one builds on."}
    )
    settles = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={"description": "Further answers that its author saw, and that it settles."},
    )
    note = Text(2000, load_default=None, allow_none=True)
    media = fields.List(Text(64), load_default=list, validate=validate.Length(max=50))
    answer_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Minted by you, so that it takes effect once."}
    )
    unit = Text(
        16,
        load_default=None,
        allow_none=True,
        metadata={"description": "What a number was measured in, to be checked."},
    )
    template_version_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "The version that was seen, to be checked."}
    )


class Answered(Schema):
    """What an answer came to."""

    answer_id = fields.UUID(required=True)
    standing = Word(Standing, required=True)
    failed = fields.Boolean(required=True, metadata={"description": "Whether the value fails its item."})
    amends = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The sign-off whose content this changed."}
    )
    digest = Hex(required=True, metadata={"description": "What a customer signs now."})


class NewSignOff(Schema):
    """A customer's signature, or the reason why there is none."""

    signed_digest = Text(
        64, shortest=64, required=True, metadata={"description": "The digest that was shown, as hexadecimal."}
    )
    signer_name = Text(80, load_default=None, allow_none=True)
    refused_reason = Text(200, load_default=None, allow_none=True)
    witness = Text(80, load_default=None, allow_none=True)
    signature_media = Text(64, load_default=None, allow_none=True)
    sign_off_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Minted by you, so that it takes effect once."}
    )


class SignedOff(Schema):
    """What a sign-off came to."""

    sign_off_id = fields.UUID(required=True)
    revision = fields.Integer(required=True)
    worth = Word(Worth, required=True, metadata={"description": "Whether it covers what the checklist holds now."})
    digest = Hex(required=True, metadata={"description": "What the checklist holds, by the server's own computation."})
