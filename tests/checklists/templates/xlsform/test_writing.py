import io

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from bench.simulator.checklist import STEPS
from checklists.canonical import digest_of
from checklists.templates.form import read_published, write_steps
from checklists.templates.seeding import seeds
from checklists.templates.xlsform.reading import read_workbook
from checklists.templates.xlsform.writing import Heading, sheets_of, workbook
from tests.checklists.samples import label, steps
from tests.checklists.visits import STEPS as VISIT

DOCUMENTS = {"sample": steps(), "simulation": STEPS, "visit": VISIT} | {seed["code"]: seed["steps"] for seed in seeds()}


def written(document):
    checklist = read_published(document)
    heading = Heading("a-b", {"zh-CN": "样例", "en": "Sample"}, 3, digest_of(write_steps(checklist)).hex())
    return sheets_of(heading, checklist)


@pytest.mark.parametrize("code", DOCUMENTS)
def test_what_is_exported_is_a_form_by_the_reference_implementation_and_comes_back_exactly(code):
    data = workbook(written(DOCUMENTS[code]))
    warnings: list[str] = []
    form = convert(data, warnings=warnings, file_type=".xlsx").xform
    checklist = read_published(DOCUMENTS[code])
    assert all(f"/data/step_{item.step}/{item.key}" in form for item in checklist.items)
    found = read_workbook(data)
    assert (found.problems, found.lost) == ([], [])
    assert (found.code, found.name) == ("a-b", {"zh-CN": "样例", "en": "Sample"})
    assert write_steps(read_published(found.steps)) == write_steps(checklist)


def test_the_standards_columns_say_what_other_programs_can_understand():
    rows = {row["name"]: row for row in written(VISIT).survey if "name" in row}
    assert rows["step_tools"]["type"] == "begin group"
    assert rows["gas"]["type"] == "select_one pass_fail"
    assert (rows["level"]["type"], rows["level"]["constraint"]) == ("decimal", ". >= 0 and . <= 130")
    assert rows["why"]["relevant"] == "(${level} != '' and (${level} < 60 or ${level} > 80))"
    assert (rows["badge"]["required"], rows["fan"]["type"]) == ("yes", "select_one c_fan")
    signature = next(row for row in written(steps()).survey if row.get("name") == "signature")
    assert (signature["type"], signature["appearance"]) == ("image", "signature")


def test_what_only_we_can_say_is_named():
    assert written(VISIT).only_ours == (("level", "follow_up"), ("fan", "follow_up"))


def test_values_that_no_sheet_may_have_get_names_and_come_back():
    document = steps()
    odd = [{"value": one, "label": label(one)} for one in ("a b", "=1+1", "choice_1")]
    document[3]["items"][1]["choices"] = odd
    document[3]["items"][2]["visible_when"] = {"===": [{"var": "answers.state"}, "a b"]}
    data = workbook(written(document))
    convert(data, file_type=".xlsx")
    assert write_steps(read_published(read_workbook(data).steps)) == write_steps(read_published(document))


def test_what_begins_like_a_formula_stays_text():
    document = steps()
    document[0]["items"][0]["label"] = {"zh-CN": '=HYPERLINK("http://x")'}
    sheet = load_workbook(io.BytesIO(workbook(written(document))))["survey"]
    cell = sheet.cell(row=3, column=3)
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


def test_what_no_cell_can_hold_is_left_out():
    document = steps()
    document[0]["items"][0]["help"] = {"zh-CN": "a\x07b"}
    found = read_workbook(workbook(written(document)))
    assert found.steps[0]["items"][0]["help"] == {"zh-CN": "ab"}
