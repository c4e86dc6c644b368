import pytest

from checklists.templates.form import read_published
from checklists.templates.xlsform.xpath import Speaker, UnsaidError
from checklists.templates.xlsform.xpath_reader import UnreadableError, read_xpath
from tests.checklists.samples import steps

ITEMS = {item.key: item for item in read_published(steps()).items}
TYPES = {key: item.type for key, item in ITEMS.items()}
NAMES = {("state", "clean"): "choice_1"}
VALUES = {("state", "choice_1"): "clean"}
BADGE, STATE, CABLES = ({"var": f"answers.{key}"} for key in ("badge", "state", "cables"))
LEVEL = {"var": ["answers.level", 0]}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"===": [STATE, "clean"]}, "${state} = 'choice_1'"),
        ({"!==": [STATE, None]}, "${state} != ''"),
        ({"===": [BADGE, True]}, "${badge} = 'yes'"),
        ({"in": ["used", CABLES]}, "selected(${cables}, 'used')"),
        ({"<": [LEVEL, 60]}, "coalesce(${level}, 0) < 60"),
        ({"!": [{"in": ["used", CABLES]}]}, "not(selected(${cables}, 'used'))"),
        ({"and": [{"===": [BADGE, False]}, {"or": [{"===": [STATE, "used"]}, {">=": [LEVEL, 1.5]}]}]},
         "(${badge} = 'no' and (${state} = 'used' or coalesce(${level}, 0) >= 1.5))"),
    ],
)  # fmt: skip
def test_what_is_said_in_xpath_is_read_as_the_same_condition(document, said):
    assert Speaker(ITEMS, NAMES).condition(document) == said
    assert read_xpath(said, TYPES, VALUES) == document


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (BADGE, "${badge} = 'yes'"),
        ({"!!": [STATE]}, "${state} != ''"),
        ({"in": [STATE, ["clean", "used"]]}, "(${state} = 'choice_1' or ${state} = 'used')"),
        ({"in": ["badge", {"var": "failed"}]}, "${badge} = 'no'"),
        ({"in": ["state", {"var": "failed"}]}, "(${state} = 'broken')"),
        ({"in": ["cables", {"var": "failed"}]}, "(selected(${cables}, 'broken'))"),
        ({"in": ["level", {"var": "failed"}]}, "(${level} != '' and (${level} < 60 or ${level} > 80))"),
        ({"in": ["cause", {"var": "failed"}]}, "false()"),
        ({"<": [1, LEVEL, 9]}, "(1 < coalesce(${level}, 0) and coalesce(${level}, 0) < 9)"),
        ({"if": [BADGE, True, {"===": [STATE, "used"]}]}, "if(${badge} = 'yes', true(), ${state} = 'used')"),
    ],
)
def test_more_can_be_said_than_is_read_back_word_for_word(document, said):
    assert Speaker(ITEMS, NAMES).condition(document) == said


@pytest.mark.parametrize(
    "document",
    [
        {"===": [CABLES, "used"]},
        {"===": [{"var": "failed"}, 1]},
        {"===": [STATE, 'it\'s "so"']},
        {"in": [STATE, CABLES]},
        {"===": [{"===": [1, 1]}, True]},
    ],
)
def test_what_xpath_has_no_words_for_is_not_said_wrongly(document):
    with pytest.raises(UnsaidError):
        Speaker(ITEMS, NAMES).condition(document)


@pytest.mark.parametrize(
    ("said", "document"),
    [
        ("${level} < 60", {"<": [{"var": ["answers.level", 60]}, 60]}),
        ("60 >= ${level}", {"<=": [{"var": ["answers.level", 61]}, 60]}),
        ("${level} > -2.5", {">": [{"var": ["answers.level", -2.5]}, -2.5]}),
        ("selected(${state},'used')", {"===": [STATE, "used"]}),
        ("${badge} = 'yes' and not(${state} = '')", {"and": [{"===": [BADGE, True]}, {"!": [{"===": [STATE, None]}]}]}),
        ("true()", {"!!": [True]}),
    ],
)
def test_what_other_programs_write_is_read(said, document):
    assert read_xpath(said, TYPES, {}) == document


@pytest.mark.parametrize(
    "said",
    [
        "", "${nobody} = 1", "${level} + 1 > 2", "count(${cables}) > 1", "${badge} = 'yes' or", "(${badge} = 'yes'", "'a' = 'a'",
        "${cables} = 'used'", "${state} < 3", "../a = 1", "regex(${cause}, 'x')", "coalesce(${cause}, 1) < 2", "(" * 4000,
        "not(" * 900 + "true()" + ")" * 900, "${level} = ${level}", "5",
    ],
)  # fmt: skip
def test_what_is_beyond_that_is_refused(said):
    with pytest.raises(UnreadableError):
        read_xpath(said, TYPES, {})
