from dataclasses import dataclass

from marshmallow import fields

from api.schemas.flat import Flat, Joined


@dataclass
class Row:
    id: int
    name: str


@dataclass
class Detail:
    row: Row
    more: str


class Shown(Flat):
    id = fields.Integer()
    name = fields.String()
    more = fields.String()
    other = fields.String()


def test_a_row_is_shown_as_it_is():
    assert Shown().dump(Row(1, "a")) == {"id": 1, "name": "a"}


def test_a_detail_is_shown_with_the_members_of_its_row():
    assert Shown().dump(Detail(Row(1, "a"), "b")) == {"id": 1, "name": "a", "more": "b"}


def test_a_detail_is_shown_with_what_was_joined_to_it():
    joined = Joined(Detail(Row(1, "a"), "b"), {"other": "c", "more": "d"})
    assert Shown().dump(joined) == {"id": 1, "name": "a", "more": "d", "other": "c"}
