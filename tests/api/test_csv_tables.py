from dataclasses import dataclass

from api import csv_tables
from kernel.database import Page


@dataclass
class Row:
    name: str
    size: int | None


def test_pages_are_written_one_after_another_under_one_header(plain_app, plain_door):
    pages = {None: Page((Row("=1+1", None),), ("a",)), ("a",): Page((Row("y", 2),), None)}
    columns = {"name": ("name", "名称"), "size": ("size", "大小")}
    token = plain_door.world.tokens["agent"]
    headers = {"Authorization": f"Bearer {token}"}

    def read(_reading, _limit, after):
        return pages[after]

    with plain_app.test_request_context(headers=headers | {"Accept-Language": "zh"}):
        response = csv_tables.respond("x.csv", columns, read)
        assert response.get_data(as_text=True).splitlines() == ["\ufeff名称,大小", "'=1+1,", "y,2"]
    with plain_app.test_request_context(headers=headers):
        response = csv_tables.respond("x.csv", columns, read, plain_header=True)
        assert response.get_data(as_text=True).splitlines()[0] == "\ufeffname,size"
