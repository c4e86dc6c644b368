"""What is over by the rules of a region goes by itself, and nothing else does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.policies import service as policies
from dispatch.policies.errors import RULES_WRONG
from kernel.actor import system_actor
from kernel.database import Base
from kernel.errors import DomainError
from sync.erasure import service
from sync.erasure.jobs import erase_what_is_over
from sync.erasure.policy import SUBJECT, Kind, read_policy
from sync.erasure.retaining import report
from tests.conftest import NOW
from tests.everywhere import places_of
from tests.sync.erasure.test_service import close
from tests.sync.erasure.trail import NUMBER, PLACE, WORDS


def decide(runtime, trail, **days):
    with runtime.unit_of_work(system_actor()) as uow:
        read_policy(days)
        policies.set_policy(uow, region_id=trail.where.region_id, subject=SUBJECT, rules=days)


def due(runtime, trail):
    with runtime.reading(system_actor()) as reading:
        return {one.kind: one.count for one in report(reading, trail.where.region_id) if one.count}


def column(runtime, name, attribute):
    with runtime.session() as session:
        return session.scalar(select(Base.metadata.tables[name].c[attribute]))


def test_without_rules_everything_is_kept(runtime, trail):
    close(runtime, trail)
    erase_what_is_over(runtime)
    assert column(runtime, "customers", "erased_at") is None
    assert due(runtime, trail) == {}


def test_customers_go_when_nothing_happened_for_so_long_and_the_report_says_so_before(runtime, trail):
    close(runtime, trail)
    decide(runtime, trail, customers_days=11)
    assert due(runtime, trail) == {}
    erase_what_is_over(runtime)
    assert column(runtime, "customers", "erased_at") is None
    runtime.clock.at = NOW + timedelta(days=2)
    assert due(runtime, trail) == {Kind.CUSTOMERS: 1}
    with runtime.unit_of_work(system_actor()) as uow:
        service.hold(uow, customer_id=trail.customer_id, reason="a suit")
    assert due(runtime, trail) == {}
    erase_what_is_over(runtime)
    assert column(runtime, "customers", "erased_at") is None
    with runtime.unit_of_work(system_actor()) as uow:
        service.lift(uow, customer_id=trail.customer_id)
    erase_what_is_over(runtime)
    with runtime.session() as session:
        assert places_of(session, WORDS, str(NUMBER), str(PLACE)) == set()
    assert not runtime.blobs.has(trail.photo)
    assert due(runtime, trail) == {}


def test_photos_reports_and_notices_may_go_sooner_than_the_customer(runtime, trail):
    close(runtime, trail)
    decide(runtime, trail, media_days=5, requests_days=5, notices_days=5)
    runtime.clock.at = NOW + timedelta(days=6)
    assert set(due(runtime, trail)) == {Kind.MEDIA, Kind.REQUESTS, Kind.NOTICES}
    erase_what_is_over(runtime)
    assert due(runtime, trail) == {}
    assert column(runtime, "service_requests", "contact_name") is None
    assert (column(runtime, "customers", "erased_at"), runtime.blobs.has(trail.photo)) == (None, False)
    assert WORDS in column(runtime, "customers", "name")


@pytest.mark.parametrize("rules", [{"customer_days": 1}, {"customers_days": -1}, {"media_days": True}])
def test_rules_that_nobody_reads_are_refused(rules):
    with pytest.raises(DomainError) as caught:
        read_policy(rules)
    assert caught.value.entry is RULES_WRONG
