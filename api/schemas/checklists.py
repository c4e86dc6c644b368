"""The forms of a checklist being worked through: its run, answers and sign-offs."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Hex, JsonValue, Moment, Text, Word
from api.schemas.flat import Flat
from api.schemas.marks import PERSONAL
from checklists.runs.fold import Standing
from checklists.signoff.chain import Fault
from checklists.signoff.seen import FIRST, MOST_PHOTOS, SECOND
from checklists.signoff.snapshot import Method, Worth


class RunTemplate(Schema):
    """The version of the template that a run stays on."""

    id = fields.String(required=True, metadata={"format": "uuid"})
    version = fields.Integer(required=True)


class Signing(Schema):
    """What a customer signs now, in the newest version of the snapshot; see docs/checklists.md."""

    snapshot = fields.Integer(required=True)
    digest = fields.String(required=True)


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
    digest = fields.String(
        required=True, metadata={"description": "SHA-256 of the first version of the snapshot, answers only."}
    )
    signing = fields.Nested(
        Signing, required=True, metadata={"description": "The newest version of the snapshot, and its digest now."}
    )
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


class SnapshotQuery(Schema):
    """Which version of the snapshot is shown."""

    snapshot = fields.Integer(load_default=FIRST, validate=validate.OneOf([FIRST, SECOND]))
    completed_at = Moment(
        load_default=None,
        metadata={"description": "When the work was done, for the second version; sent again with the signature."},
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
    snapshot = fields.Integer(load_default=FIRST, validate=validate.OneOf([FIRST, SECOND]))
    completed_at = Text(
        40, load_default=None, allow_none=True, metadata={"description": "As it was shown, with the second version."}
    )
    photos = fields.Dict(
        keys=fields.String(validate=validate.Length(max=64)),
        values=fields.String(allow_none=True, validate=validate.Length(max=64)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=MOST_PHOTOS),
        metadata={"description": "SHA-256 by media id as they were shown; what is known now if left out."},
    )
    previous = Text(
        64,
        shortest=64,
        load_default=None,
        allow_none=True,
        metadata={"description": "The link of your sign-off before this one."},
    )


class SignedOff(Schema):
    """What a sign-off came to."""

    sign_off_id = fields.UUID(required=True)
    revision = fields.Integer(required=True)
    worth = Word(Worth, required=True, metadata={"description": "Whether it covers what the checklist holds now."})
    digest = Hex(required=True, metadata={"description": "What the checklist holds, by the server's own computation."})


class SignOffEntry(Flat):
    """A sign-off as it is kept. It never changes; `worth` follows what the order holds."""

    id = fields.UUID(required=True)
    revision = fields.Integer(required=True)
    worth = Word(Worth, required=True)
    snapshot_version = fields.Integer(required=True)
    signed_digest = Hex(required=True)
    server_digest = Hex(required=True, metadata={"description": "What the order held as of its time."})
    signer_name = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    refused_reason = fields.String(required=True, allow_none=True)
    witness = fields.String(required=True, allow_none=True)
    signature_media = fields.String(required=True, allow_none=True)
    completed_at = fields.String(required=True, allow_none=True)
    method = Word(Method, required=True)
    user_id = fields.UUID(required=True)
    device_id = fields.UUID(required=True, allow_none=True)
    effective_at = Moment(required=True)
    recorded_at = Moment(required=True)
    link = Hex(required=True, allow_none=True, metadata={"description": "Its link in the chain of its phone."})
    previous = Hex(required=True, allow_none=True)


class SignOffs(Schema):
    """The sign-offs of an order, the earliest first."""

    items = fields.List(fields.Nested(SignOffEntry), required=True)


class SignedSnapshot(Schema):
    """What was signed, as it was then; null where the server never held that content."""

    sign_off = fields.Nested(SignOffEntry, required=True)
    snapshot = fields.Dict(required=True, allow_none=True)


class BrokenLink(Schema):
    """A sign-off at which the chain of a phone does not hold."""

    sign_off_id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True)
    device_id = fields.UUID(required=True)
    fault = Word(Fault, required=True)
    at = Moment(required=True)
    recorded_at = Moment(required=True)


class BrokenLinks(Schema):
    """Where chains do not hold, the latest first."""

    items = fields.List(fields.Nested(BrokenLink), required=True)
