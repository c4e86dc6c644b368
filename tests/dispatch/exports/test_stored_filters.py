from datetime import UTC

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.exports.kinds.catalogue import KINDS
from dispatch.exports.stored_filters import pack, unpack

MOMENTS_OF = {"received_from", "received_to"}
MOMENTS = st.datetimes(timezones=st.just(UTC))


def _strategies(kind):
    names = set(kind.filters.__dataclass_fields__)
    return dict.fromkeys(names, ...) | dict.fromkeys(MOMENTS_OF & names, st.none() | MOMENTS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(data=st.data())
def test_any_filters_come_back_from_json_as_they_were(kind, data):
    filters = data.draw(st.builds(kind.filters, **_strategies(kind)))
    stored = orjson.loads(orjson.dumps(pack(filters)))
    assert unpack(kind.filters, stored) == filters


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_says_nothing_is_not_kept(kind):
    assert pack(kind.filters()) == {}
    assert unpack(kind.filters, {}) == kind.filters()


def test_what_is_not_known_any_more_does_not_pass_in_silence():
    with pytest.raises(KeyError):
        unpack(KINDS["orders"].filters, {"colour_of_the_car": "red"})
    with pytest.raises(ValueError, match="purple"):
        unpack(KINDS["orders"].filters, {"colours": ["purple"]})
