from typing import Any

from checklists.runs.consequences import consequences, description_of, title_of
from checklists.runs.entries import entry_of
from checklists.runs.fold import fold
from checklists.templates.form import read_published
from tests.checklists.samples import given
from tests.checklists.visits import STEPS

CHECKLIST = read_published(STEPS)


def entries(**values: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for number, (key, value) in enumerate(values.items(), 1):
        item = CHECKLIST.by_key[key]
        found[key] = entry_of(item, fold(item, [given(number, value, on=key)]))
    return found


def test_only_items_that_failed_and_say_so_lead_to_an_order():
    assert consequences(CHECKLIST, entries(level=70, fan="clean", earthed="fail")) == []
    found = consequences(CHECKLIST, entries(level=50, fan="broken", earthed="fail"))
    assert [(one.item.key, one.rule.work_type, one.rule.priority) for one in found] == [
        ("level", "cable", "priority"),
        ("fan", "fan", None),
    ]


def test_what_is_not_shown_leads_to_nothing():
    document = [dict(step, items=[dict(item) for item in step["items"]]) for step in STEPS]
    document[3]["items"][2]["visible_when"] = {"===": [{"var": "answers.badge"}, False]}
    checklist = read_published(document)
    assert consequences(checklist, entries(badge=True, fan="broken")) == []
    assert len(consequences(checklist, entries(badge=False, fan="broken"))) == 1


def test_the_order_says_what_was_found_where():
    level, fan = consequences(CHECKLIST, entries(level=50, fan="broken"))
    assert title_of(level) == "输出电平不合格"
    assert description_of(level, "261122-AAAA-BBBB") == "工单 261122-AAAA-BBBB 的检查项「输出电平」结果为 50dBμV。"
    assert "损坏" in description_of(fan, "n")
