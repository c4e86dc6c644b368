"""The life of an incident: every step from every state, and what each wants to have decided."""

import itertools

import pytest

from dispatch.incidents.lifecycle import TABLE, AfterAction, OpenChildren, State, Step, decide, possible
from kernel.errors import DomainError

SUMMARY = AfterAction("施工挖断", "熔接两处")

WAYS = {
    (State.DECLARED, Step.CONTAIN): State.CONTAINED,
    (State.DECLARED, Step.RESOLVE): State.RESOLVED,
    (State.CONTAINED, Step.RESOLVE): State.RESOLVED,
    (State.CONTAINED, Step.REOPEN): State.DECLARED,
    (State.RESOLVED, Step.REOPEN): State.DECLARED,
    (State.RESOLVED, Step.CLOSE): State.CLOSED,
}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(State, Step)))
def test_a_step_leads_where_the_table_says_and_nowhere_else(state, step):
    if (state, step) in WAYS:
        assert decide(state, step, summary=SUMMARY) is WAYS[state, step]
        assert step.value in possible(state)
        return
    with pytest.raises(DomainError) as caught:
        decide(state, step, summary=SUMMARY)
    assert caught.value.code == "incident.illegal"
    assert caught.value.extra["allowed"] == possible(state)
    assert step.value not in possible(state)


def test_every_step_is_in_the_table():
    assert set(TABLE) == set(Step)


@pytest.mark.parametrize("children", [OpenChildren.RESOLVE, OpenChildren.LEAVE])
def test_an_incident_with_open_orders_is_resolved_only_when_something_is_decided_about_them(children):
    with pytest.raises(DomainError) as caught:
        decide(State.CONTAINED, Step.RESOLVE, open_orders=2)
    assert (caught.value.code, caught.value.fields[0].path) == ("incident.children_open", "/open_children")
    assert decide(State.CONTAINED, Step.RESOLVE, open_orders=2, children=children) is State.RESOLVED
    assert decide(State.CONTAINED, Step.RESOLVE) is State.RESOLVED
    assert decide(State.DECLARED, Step.CONTAIN, open_orders=2) is State.CONTAINED


def test_nothing_is_closed_without_what_was_learnt():
    with pytest.raises(DomainError) as caught:
        decide(State.RESOLVED, Step.CLOSE)
    assert caught.value.code == "incident.summary_missing"
