"""The forms of crews (作业小组)."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Text, Word
from dispatch.work_orders.crew import CrewRole
from dispatch.work_orders.crews import MOST

_PEOPLE = validate.Length(1, MOST)
_COMMAND_ID = {"description": "Minted by you; sent again with the same one, it takes effect once."}


class NewCrewMembers(Schema):
    """Technicians of the order's region to let into its crew."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    user_ids = fields.List(fields.UUID(), required=True, validate=_PEOPLE)
    role = Word(
        CrewRole,
        load_default=CrewRole.MEMBER,
        validate=validate.OneOf([CrewRole.MEMBER, CrewRole.ASSISTANT]),
        metadata={
            "enum": ["member", "assistant"],
            "description": "A member must hold the skill that the work needs; an assistant comes along without.",
        },
    )
    reason = Text(200, load_default=None, allow_none=True)


class GoneCrewMembers(Schema):
    """People to let out of an order's crew."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    user_ids = fields.List(fields.UUID(), required=True, validate=_PEOPLE)
    reason = Text(200, required=True)
