import csv
import io

from api.csv_export import lines
from dispatch.table_cells import BYTE_ORDER_MARK


def test_a_table_can_be_read_again_and_opens_as_utf_8():
    rows = [['他说："好"', "a,b"], ["两\n行", "=1"]]
    text = "".join(lines(["甲", "乙"], [rows[:1], [], rows[1:]]))
    assert text.startswith(BYTE_ORDER_MARK)
    assert list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK)))) == [
        ["甲", "乙"],
        ['他说："好"', "a,b"],
        ["两\n行", "'=1"],
    ]


def test_a_page_is_only_read_when_it_is_wanted():
    asked = []

    def pages():
        for number in range(3):
            asked.append(number)
            yield [[number]]

    pieces = lines(["n"], pages())
    next(pieces)
    assert asked == []
    next(pieces)
    assert asked == [0]
