import pytest
from marshmallow import Schema, ValidationError, fields, validate

from api.field_problems import CHINESE, code_of, problems


class Ring(Schema):
    points = fields.List(fields.Integer(strict=True), required=True)


class Form(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 3))
    size = fields.Integer(strict=True, validate=validate.Range(0, 9))
    kind = fields.String(validate=validate.OneOf(["a", "b"]))
    ring = fields.Nested(Ring)
    rings = fields.List(fields.Nested(Ring))
    names = fields.Dict(keys=fields.String(), values=fields.String())


def found(document):
    with pytest.raises(ValidationError) as caught:
        Form().load(document)
    return {problem.path: problem.code for problem in problems(caught.value.messages)}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, {"/name": "required"}),
        ({"name": None}, {"/name": "null"}),
        ({"name": ""}, {"/name": "length"}),
        ({"name": "abcd"}, {"/name": "length"}),
        ({"name": 7}, {"/name": "type"}),
        ({"name": "a", "size": "7"}, {"/size": "type"}),
        ({"name": "a", "size": 10}, {"/size": "range"}),
        ({"name": "a", "size": -1}, {"/size": "range"}),
        ({"name": "a", "kind": "c"}, {"/kind": "choice"}),
        ({"name": "a", "else": 1}, {"/else": "unknown"}),
        ({"name": "a", "x/y~z": 1}, {"/x~1y~0z": "unknown"}),
        ({"name": "a", "ring": {"points": [1, "b", 3, None]}}, {"/ring/points/1": "type", "/ring/points/3": "null"}),
        ({"name": "a", "rings": [{"points": []}, {}]}, {"/rings/1/points": "required"}),
        ({"name": "a", "ring": 7}, {"/ring": "type"}),
        ({"name": "a", "names": {"zh": 1}}, {"/names/zh/value": "type"}),
        ([], {"": "type"}),
        (None, {"": "type"}),
    ],
)
def test_every_mistake_is_named_by_its_pointer_and_a_word(document, expected):
    assert found(document) == expected


def test_a_message_of_our_own_is_simply_invalid():
    assert code_of("The moon is full.") == "invalid"


def test_every_word_can_be_said_in_chinese():
    assert {code_of(start + " …") for start in ("Missing data", "Unknown field", "Not a valid", "x")} <= set(CHINESE)
