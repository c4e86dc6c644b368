import io

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from checklists.templates.form import read_published
from checklists.templates.xlsform.reading import read_workbook
from checklists.templates.xlsform.writing import Heading, sheets_of, workbook
from tests.checklists.templates.xlsform.books import book, changed
from tests.checklists.visits import STEPS

EXPORTED = workbook(sheets_of(Heading("visit", {"zh-CN": "上门"}, 1, "00"), read_published(STEPS)))
HEADS = ["type", "name", "label", "label::English (en)", "required", "relevant", "constraint", "default"]
GROUPS = ("identity", "environment", "tools", "execution", "sign_off")


def foreign(*rows, **sheets):
    """A form of another program: five groups with a question each, and these rows in the fourth."""
    survey = [HEADS]
    for group in GROUPS:
        survey += [["begin_group", group, group], ["text", f"{group}_text", "题"]]
        survey += rows if group == "execution" else []
        survey.append(["end_group"])
    return book(survey, **sheets)


def places(found):
    return [(one.path, one.code) for one in found.problems]


def test_a_form_of_another_program_becomes_a_checklist():
    choices = [
        ["list_name", "name", "label"],
        ["kind", "a", "甲"],
        ["kind", "b", "乙"],
        ["yn", "yes", "是"],
        ["yn", "no", "否"],
    ]
    found = read_workbook(
        foreign(
            ["select_one kind", "kind", "种类", "Kind", "yes"],
            ["select_one yn", "safe", "安全", "Safe"],
            [
                "integer",
                "level",
                "电平",
                "Level",
                None,
                "selected(${kind}, 'a') and ${safe} = 'yes'",
                ". >= 0 and . <= 9",
            ],
            ["select_multiple kind", "kinds", "种类", "Kinds", "${level} < 3"],
            ["geopoint", "place", "位置"],
            ["note", "mind", "小心"],
            choices=choices,
        )
    )
    assert places(found) == []
    items = {item["key"]: item for item in found.steps[3]["items"]}
    assert (items["kind"]["type"], items["kind"]["required"]) == ("single_choice", True)
    assert (items["safe"]["type"], items["safe"]["expects"]) == ("yes_no", None)
    assert (items["level"]["lowest"], items["level"]["highest"]) == (0, 9)
    assert items["level"]["visible_when"] == {
        "and": [{"===": [{"var": "answers.kind"}, "a"]}, {"===": [{"var": "answers.safe"}, True]}]
    }
    assert items["kinds"]["required_when"] == {"<": [{"var": ["answers.level", 3]}, 3]}
    assert items["level"]["label"] == {"zh-CN": "电平", "en": "Level"}


@pytest.mark.parametrize(
    ("row", "place", "code"),
    [
        (["range", "x", "题"], "/survey/13/type", "template.xlsform_type"),
        (["begin_repeat", "x", "题"], "/survey/13/type", "template.xlsform_type"),
        (["begin_group", "x", "题"], "/survey/13/name", "template.xlsform_step"),
        (["text", "Bad-Name", "题"], "/survey/13/name", "template.key_malformed"),
        (["text", "identity_text", "题"], "/survey/13/name", "template.duplicate_key"),
        (["text", "x", None, "only English"], "/survey/13/label::中文 (zh)", "template.label_missing"),
        (["text", "x", "题", None, None, "count(${a}) > 1"], "/survey/13/relevant", "template.xlsform_condition"),
        (["text", "x", "题", None, "${x} = 'a'"], "/survey/13/required", "template.xlsform_condition"),
        (
            ["text", "x", "题", None, None, "${sign_off_text} = 'a'"],
            "/survey/13/relevant",
            "template.xlsform_condition",
        ),
        (["select_one nowhere", "x", "题"], "/survey/13/type", "template.choices_missing"),
    ],
)
def test_what_a_checklist_cannot_express_is_told_by_sheet_row_and_column(row, place, code):
    assert places(read_workbook(foreign(row))) == [(place, code)]


def test_what_is_left_out_is_told_too():
    found = read_workbook(
        foreign(
            ["text", "x", "题", None, None, None, "regex(., 'a')", "y"], ["calculate", "sum", None], ["start", "began"]
        )
    )
    assert places(found) == []
    assert [(one.path, one.code) for one in found.lost] == [
        (f"/survey/{place}", "template.xlsform_lost") for place in ("13/constraint", "13/default", "14/type", "15/type")
    ]


def test_a_sheet_without_steps_or_settings_says_so():
    found = read_workbook(book([["type", "name", "label"], ["text", "a", "题"]], settings=[["x"]]))
    assert places(found) == [
        ("/settings/0/form_id", "template.xlsform_settings_missing"),
        ("/survey/2/type", "template.xlsform_step"),
    ]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"<xml/>", EXPORTED[:-200]])
def test_what_is_no_workbook_is_told(data):
    assert places(read_workbook(data)) == [("/survey/0/", "template.xlsform_unreadable")]


def row_of(key):
    sheet = load_workbook(io.BytesIO(EXPORTED))["survey"]
    return next(cell.row for cell in sheet["B"] if cell.value == key)


def test_whoever_changes_the_standards_column_is_obeyed_and_not_our_copy_of_it():
    edited = changed(EXPORTED, "survey", row_of("why"), "relevant", "${badge} = 'no'")
    item = read_workbook(edited).steps[3]["items"][1]
    assert item["visible_when"] == {"===": [{"var": "answers.badge"}, False]}
    cleared = changed(EXPORTED, "survey", row_of("why"), "relevant", None)
    assert "visible_when" not in read_workbook(cleared).steps[3]["items"][1]


@pytest.mark.parametrize(
    ("column", "value", "where", "code"),
    [
        ("fb_follow_up", "{", "fb_follow_up", "template.xlsform_json"),
        ("fb_minimum", "much", "fb_minimum", "template.wrong_type"),
        ("fb_policy", "loudest", "fb_policy", "template.unknown_policy"),
        ("fb_visible_when", '{"no": 1}', "relevant", "template.condition_wrong"),
    ],
)
def test_what_is_wrong_in_our_columns_is_told_there(column, value, where, code):
    row = row_of("level")
    assert places(read_workbook(changed(EXPORTED, "survey", row, column, value))) == [(f"/survey/{row}/{where}", code)]
