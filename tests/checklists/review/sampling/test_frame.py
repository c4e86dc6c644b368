from datetime import UTC, datetime
from uuid import UUID

from checklists.review.policy import WEIGHTS
from checklists.review.sampling.frame import Eligible, Found, frame_digest, weight_of
from checklists.review.states import Risk

AT = datetime(2026, 10, 1, tzinfo=UTC)


def test_the_weight_is_one_and_what_each_kind_of_risk_adds():
    assert weight_of([], WEIGHTS) == 1
    twice = [Found(Risk.HASTY, {}), Found(Risk.HASTY, {}), Found(Risk.NEW_STAFF, {"days": 3})]
    assert weight_of(twice, WEIGHTS) == 1 + WEIGHTS[Risk.HASTY] + WEIGHTS[Risk.NEW_STAFF]


def test_the_digest_changes_with_every_member_of_a_row():
    key = UUID(int=1)
    plain = (key, key, key, key, "repair", AT, 1, ())
    others = (UUID(int=2), UUID(int=2), None, UUID(int=2), "install", AT.replace(day=2), 2, ({"risk": "hasty"},))
    digests = {frame_digest([Eligible(*plain)])}
    for nth, other in enumerate(others):
        digests.add(frame_digest([Eligible(*plain[:nth], other, *plain[nth + 1 :])]))
    assert len(digests) == len(others) + 1
