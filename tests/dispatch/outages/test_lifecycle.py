from datetime import timedelta

import pytest

from dispatch.outages.lifecycle import LONGEST, News, State, Step, check_window, decide, is_urgent, possible
from kernel.errors import DomainError
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def test_an_outage_goes_from_its_draft_to_its_end_and_never_back():
    assert decide(State.DRAFT, Step.ANNOUNCE) is State.ANNOUNCED
    assert decide(State.ANNOUNCED, Step.START) is State.IN_PROGRESS
    assert decide(State.IN_PROGRESS, Step.END) is State.ENDED
    assert [possible(state) for state in State] == [
        ["announce", "cancel"],
        ["cancel", "end", "start"],
        ["cancel", "end"],
        [],
        [],
    ]
    with pytest.raises(DomainError, match=r"outage\.illegal"):
        decide(State.ENDED, Step.CANCEL)


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (HOUR, HOUR, "outage.window_backwards"),
        (2 * HOUR, HOUR, "outage.window_backwards"),
        (-2 * HOUR, -HOUR, "outage.window_past"),
        (HOUR, HOUR + LONGEST + timedelta(seconds=1), "outage.window_too_long"),
    ],
)
def test_a_window_that_is_none_is_refused_with_its_field(starts, ends, code):
    with pytest.raises(DomainError) as refused:
        check_window(NOW + starts, NOW + ends, NOW)
    assert (refused.value.code, [one.path for one in refused.value.fields]) == (code, ["/ends_at"])
    check_window(NOW - HOUR, NOW + HOUR, NOW)


def test_what_is_soon_does_not_wait_for_the_morning():
    assert is_urgent(News.ANNOUNCED, NOW + 12 * HOUR, NOW)
    assert not is_urgent(News.MOVED, NOW + 13 * HOUR, NOW)
    assert not is_urgent(News.ENDED, NOW, NOW)
