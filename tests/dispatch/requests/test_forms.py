"""Web forms: a key, a limit, and nothing shown that is not theirs; on both databases."""

import threading
from dataclasses import replace

import pytest

from dispatch.policies.service import set_policy
from dispatch.requests import forms, queries
from dispatch.requests.receiving import NewRequest
from dispatch.work_orders.service import define_work_type
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from tests import factories

HERE = {"lat": 33.80, "lon": 119.30}
NEW = NewRequest(None, "电视无信号", contact_phone="138 0000")


@pytest.fixture
def region_id(uow):
    return factories.region(uow)


@pytest.fixture
def form(uow, region_id):
    return forms.open_form(uow, region_id=region_id, label="官网")


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_what_comes_by_a_form_waits_for_a_person_with_a_proposal_and_belongs_to_nobody_yet(uow, region_id, form):
    define_work_type(uow, region_id=region_id, code="catv", name="catv")
    rules = {"rules": [{"work_type": "catv", "words": ["无信号"]}]}
    set_policy(uow, region_id=region_id, subject="requests", rules=rules)
    received = forms.submit(uow, key=form.key, request=NEW)
    assert (received.state, received.proposed_work_type) == ("unclassified", "catv")
    row = queries.request(uow, received.request_id).row
    assert (row.channel, row.owner_id, row.region_id) == ("web", None, region_id)


def test_a_page_that_sends_twice_reports_once(uow, form):
    new = replace(NEW, external_ref="abc")
    first = forms.submit(uow, key=form.key, request=new)
    assert forms.submit(uow, key=form.key, request=new).request_id == first.request_id


def test_a_wrong_key_a_closed_form_and_no_contact_are_refused(uow, region_id, form):
    assert refusal(forms.submit, uow, key="x", request=NEW) == "request.form_unknown"
    nobody = replace(NEW, contact_phone=None)
    assert refusal(forms.submit, uow, key=form.key, request=nobody) == "request.contact_missing"
    forms.close_form(uow, form_id=form.id)
    assert refusal(forms.submit, uow, key=form.key, request=NEW) == "request.form_unknown"
    assert [one.closed_at for one in forms.page_of_forms(uow, limit=9, region_id=region_id).items] == [uow.now]


def test_one_contact_and_all_together_have_their_limits(uow, region_id, form):
    set_policy(uow, region_id=region_id, subject="requests", rules={"form_per_hour": 3, "form_per_contact": 2})
    for _ in range(2):
        forms.submit(uow, key=form.key, request=NEW)
    assert refusal(forms.submit, uow, key=form.key, request=NEW) == "too-many-requests"
    forms.submit(uow, key=form.key, request=replace(NEW, contact_phone="139"))
    assert refusal(forms.submit, uow, key=form.key, request=replace(NEW, contact_phone="137")) == "too-many-requests"


def test_a_position_in_two_zones_sends_no_customer_away(uow, region_id, form):
    group_id = factories.group(uow, factories.station(uow, region_id))
    for _ in range(2):
        factories.zone(uow, group_id, boundary=factories.square(HERE["lat"], HERE["lon"]))
    received = forms.submit(uow, key=form.key, request=replace(NEW, **HERE))
    assert received.zone_id is None


def test_operations_keep_the_forms_of_their_region(uow, region_id):
    agent = factories.acting_as(uow, Role.AGENT, Level.REGION, region_id, region_id)
    assert refusal(forms.open_form, agent, region_id=region_id, label="x") == "forbidden"
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id)
    opened = forms.open_form(operations, region_id=region_id, label="x")
    assert refusal(forms.close_form, agent, form_id=opened.id) == "forbidden"
    abroad = factories.region(uow)
    stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, abroad, abroad)
    assert refusal(forms.close_form, stranger, form_id=opened.id) == "request.form_unknown"
    assert forms.page_of_forms(stranger, limit=9).items == ()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_limit_holds_though_many_send_at_once(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        region_id = factories.region(uow)
        key = forms.open_form(uow, region_id=region_id, label="x").key
        set_policy(uow, region_id=region_id, subject="requests", rules={"form_per_contact": 2})
    outcomes = []

    def send():
        try:
            with runtime.unit_of_work(system_actor()) as uow:
                forms.submit(uow, key=key, request=NEW)
            outcomes.append("stored")
        except DomainError as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stored"] * 2 + ["too-many-requests"] * 4
