from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as some

from checklists.templates.difference_text import Reader, as_html, as_text
from checklists.templates.differences import Change, differences, document_of
from checklists.templates.form import read_published
from checklists.templates.seeding import seeds
from tests.checklists.samples import label, steps

OLD = read_published(steps())


def changed(change):
    document = deepcopy(steps())
    change(document)
    return read_published(document)


def found(new):
    return [(one.change.value, one.key, one.step.value) for one in differences(OLD, new)]


def test_two_versions_alike_do_not_differ():
    assert differences(OLD, read_published(steps())) == ()
    reader = Reader.of("en", OLD)
    assert as_text((), reader) == "The two versions do not differ.\n"
    assert as_html((), reader) == "<p>The two versions do not differ.</p>\n"


def test_what_was_added_removed_moved_and_changed_is_told_step_by_step():
    def change(document):
        document[0]["items"].append({"key": "new", "type": "text", "label": label("新项")})
        execution = document[3]["items"]
        execution.append(execution.pop(1))  # state goes to the end
        document[2]["items"].append(execution.pop(2))  # serial goes to the tools
        del execution[2]  # done_at
        execution[0] |= {"maximum": 82, "warn_minimum": 62}

    new = changed(change)
    assert found(new) == [
        ("added", "new", "identity"),
        ("moved", "serial", "tools"),
        ("changed", "level", "execution"),
        ("moved", "state", "execution"),
        ("removed", "done_at", "execution"),
    ]
    level = next(one for one in differences(OLD, new) if one.key == "level")
    assert [(one.field, one.old, one.new) for one in level.fields] == [("warn_minimum", None, 62), ("maximum", 80, 82)]
    serial = document_of(differences(OLD, new))[1]
    assert (serial["old_step"], serial["step"], serial["fields"]) == ("execution", "tools", [])


def test_moving_one_item_is_one_move_not_many():
    def change(document):
        execution = document[3]["items"]
        execution.insert(0, execution.pop())

    assert found(changed(change)) == [("moved", "after", "execution")]


def test_people_read_it_in_their_language():
    def change(document):
        document[3]["items"][0] |= {"maximum": 82, "label": {"zh-CN": "终端电平", "en": "Outlet <level>"}}
        document[3]["items"][1]["visible_when"] = {
            "and": [{"in": ["level", {"var": "failed"}]}, {"===": [{"var": "answers.badge"}, True]}]
        }
        document[3]["items"][2]["help"] = {"zh-CN": "写清原因"}

    new = changed(change)
    text = as_text(differences(OLD, new), Reader.of("zh-CN", OLD, new))
    assert text.splitlines() == [
        "[作业执行]",
        "~ 修改「终端电平」(level)",
        "    名称 zh-CN: 输出电平 → 终端电平",
        "    名称 en: 输出电平 → Outlet <level>",
        "    上限: 80 → 82",
        "~ 修改「外观」(state)",
        "    显示条件: – → (「终端电平」不合格 且 「出示工作证」 = 是)",
        "~ 修改「原因」(cause)",
        "    说明 zh-CN: – → 写清原因",
    ]
    page = as_html(differences(OLD, new), Reader.of("en", OLD, new))
    assert "<h2>Execution</h2>" in page
    assert "Outlet &lt;level&gt;" in page
    assert "<del>80</del> <ins>82</ins>" in page


documents = some.sampled_from([seed["steps"] for seed in seeds()])


@given(documents, some.data())
def test_every_difference_is_told_and_none_is_made_up(document, data):
    """Taking out what was added and changed, and putting back the rest, one comes to the old items."""
    new = deepcopy(document)
    for step in new:
        order = data.draw(some.permutations(range(len(step["items"]))))
        keep = [index for index in order if data.draw(some.integers(0, 5))] or [order[0]]
        step["items"] = [
            {
                name: value
                for name, value in step["items"][index].items()
                if name not in ("visible_when", "required_when")
            }
            for index in keep
        ]
    old, after = read_published(document), read_published(new)
    told = {one.key: one.change for one in differences(old, after)}
    kept = {item.key: item for item in after.items}
    for item in old.items:
        if item.key not in kept:
            assert told[item.key] is Change.REMOVED
        elif item.visible_when is not None or item.required_when is not None:
            assert told[item.key] in (Change.CHANGED, Change.MOVED)
    still = [item.key for item in after.items if told.get(item.key) is not Change.MOVED]
    assert still == [item.key for item in old.items if item.key in still]
    assert Change.ADDED not in told.values()


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: str(seed["code"]))
def test_a_whole_checklist_is_told_in_both_languages(seed):
    empty = changed(lambda document: None)
    whole = read_published(seed["steps"])
    for language in ("zh-CN", "en"):
        text = as_text(differences(empty, whole), Reader.of(language, empty, whole))
        assert text.count("\n") >= len(whole.items)
