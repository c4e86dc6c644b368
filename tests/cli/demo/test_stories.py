"""What happened at the station is possible, complete, and the same every time."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from cli.demo.load import ORDERS, cast_of, stories_of
from cli.demo.people import staff
from cli.demo.places import LIANSHUI
from cli.demo.stories import DAYS, LIVE, UNDER_WAY, tell
from dispatch.sla.deadline import DEFAULTS
from dispatch.work_orders.lifecycle import TABLE, Command, Status
from tests.conftest import NOW

PEOPLE = staff(random.Random("people"))
CAST = cast_of(LIANSHUI, PEOPLE)
STORIES = stories_of(LIANSHUI, PEOPLE, NOW)


def commands(story):
    return [beat for beat in story.beats if isinstance(beat.what, Command)]


def test_every_state_of_an_order_is_there():
    assert Counter(story.ending for story in STORIES).keys() == set(Status)
    assert len(STORIES) == ORDERS[LIANSHUI][0] + sum(LIVE.values())


def test_every_story_follows_the_lifecycle_to_its_ending():
    for story in STORIES:
        status, before = (Status.DRAFT if story.ending is Status.DRAFT else Status.OPEN), None
        for beat in commands(story):
            rule = TABLE[beat.what]
            assert status in rule.sources, story
            if beat.what is Command.HOLD:
                before = status
            status = rule.target or before or status
        assert status is story.ending, story


def test_time_goes_forward_and_never_past_now():
    for story in STORIES:
        times = [story.received_at, *(beat.at for beat in story.beats)]
        assert times == sorted(times), story
        assert times[-1] <= NOW, story
        assert story.received_at > NOW - timedelta(days=DAYS + 1), story


def test_the_work_is_done_by_somebody_who_can():
    for story in STORIES:
        workers = {beat.by for beat in commands(story) if beat.what is Command.ACCEPT}
        assert all(story.kind.skill in CAST.skills[worker] for worker in workers), story


def test_a_technician_is_at_one_order_at_a_time():
    under_way = [story for story in STORIES if story.ending in UNDER_WAY]
    assert len({commands(story)[-1].by for story in under_way}) == len(under_way)


def test_some_are_answered_late_and_most_in_time():
    late = in_time = 0
    for story in STORIES:
        target = timedelta(minutes=DEFAULTS[story.priority].respond_minutes or 0)
        for beat in commands(story):
            if beat.what is Command.ACCEPT:
                late += beat.at - story.received_at > target
                in_time += beat.at - story.received_at <= target
    assert 0.05 < late / (late + in_time) < 0.3


@pytest.mark.parametrize("what", [Command.DECLINE, Command.REASSIGN, Command.HOLD, Command.MARK_UNABLE, Command.CANCEL])
def test_things_go_wrong_now_and_then(what):
    assert any(beat.what is what for story in STORIES for beat in story.beats)


def test_the_same_seed_tells_the_same_stories():
    again = tell("seed", NOW, CAST, past=20, live={Status.OPEN: 2})
    assert again == tell("seed", NOW, CAST, past=20, live={Status.OPEN: 2})
    assert again != tell("other", NOW, CAST, past=20, live={Status.OPEN: 2})
    assert len({story.key for story in again}) == 22
