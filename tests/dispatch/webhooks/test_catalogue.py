import ast
from pathlib import Path

import pytest

from dispatch.webhooks import catalogue, examples
from dispatch.webhooks.catalogue import BY_SOURCE, CHOICES, EVENTS, NAMES, TEST, Subject, wanted
from dispatch.webhooks.states import Content
from dispatch.work_orders.lifecycle import Command
from tests.conftest import ROOT


def test_each_event_has_a_name_of_its_own_and_no_entry_is_two_events():
    assert len(NAMES) == len(EVENTS)
    sources = [source for event in EVENTS for source in event.sources]
    assert len(set(sources)) == len(sources)
    assert all(event.about and event.about_zh for event in EVENTS)
    assert all(len(name) <= 48 for name in NAMES)


def test_every_command_is_an_event_except_those_that_make_another_order():
    missing = {f"work_order.{one.value}" for one in Command} - set(BY_SOURCE)
    assert missing == {"work_order.create_follow_up"}


def test_every_other_source_is_a_kind_that_something_writes():
    written = set()
    for path in (ROOT / "dispatch").rglob("*.py"):
        if "webhooks" not in path.parts:
            written |= {node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if is_text(node)}
    commands = {f"work_order.{one.value}" for one in Command}
    made_up = {source for source in BY_SOURCE if source not in commands and not source.startswith(("sla.", "request."))}
    assert made_up <= written
    assert {source.removeprefix("request.") for source in BY_SOURCE if source.startswith("request.")} <= written


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize(
    ("choices", "name", "yes"),
    [
        (["*"], "work_order.closed", True),
        (["work_order.*"], "work_order.closed", True),
        (["work_order.*"], "service_request.received", False),
        (["work_order.closed"], "work_order.closed", True),
        (["work_order.closed"], "work_order.held", False),
        ([], TEST, True),
    ],
)
def test_who_wants_what(choices, name, yes):
    assert wanted(choices, name) is yes


def test_a_subscription_may_name_events_subjects_or_all():
    assert {"*", "work_order.*", "checklist.*", "service_request.released"} <= CHOICES
    assert f"{Subject.WEBHOOK.value}.*" not in CHOICES


def test_the_page_about_webhooks_tells_of_every_event():
    page = Path(ROOT / "docs/webhooks.md").read_text("utf-8")
    assert [event.name for event in EVENTS if f"`{event.name}`" not in page] == []


@pytest.mark.parametrize("event", EVENTS, ids=[event.name for event in EVENTS])
def test_each_event_has_an_example_without_anything_personal(event):
    thin, full = (examples.message(event, content) for content in (Content.IDS, Content.DOCUMENT))
    assert thin["type"] == full["type"] == event.name
    assert {"id", "event_id", "region_id"} <= set(thin["data"])
    assert "document" not in thin["data"]
    assert {"station_id", "work_type", "priority"} <= set(full["data"]["document"])
    assert not {"title", "description", "contact_phone", "contact_name", "address", "answer"} & set(
        full["data"]["document"]
    )
    assert catalogue.TEST not in NAMES
