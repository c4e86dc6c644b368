"""What a newcomer reads when everything runs: where it is, who to sign in as, and what to try next."""

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from kernel.settings import Settings

WHO = {
    "admin": "系统管理员 administrator",
    "region": "运维部 regional operations",
    "station": "服务站长 station manager",
    "agent": "客服 customer-service agent",
    "leader1": "维护组长 group leader",
    "tech01": "维护人员 technician",
}
"""The accounts of the demo that are shown, with what they are."""


def reachable(host: str) -> str:
    """Return an address at which this machine reaches a server that may listen on all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound


def url_of(settings: Settings) -> str:
    """Return where this machine finds the product."""
    host = reachable(settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def greet(settings: Settings, accounts: Sequence[tuple[str, str, str]], *, here: Path) -> str:
    """Write the greeting: `accounts` are login, password and name; `here` is the folder that it was started in."""
    url = url_of(settings)
    lines = ["", f"Fieldbeat 已就绪 is ready: {url}", ""]
    shown = {login: name for login, _, name in accounts if login in WHO}
    if shown:
        lines += [f"演示账号 Demo accounts — 密码 password: {accounts[0][1]}"]
        lines += _table((login, who, shown[login]) for login, who in WHO.items() if login in shown)
        lines += [""]
    program = "python3 run.py" if (here / "run.py").is_file() else "fieldbeat"
    folder = "" if settings.data_dir == here / "data" else f" --data-dir {settings.data_dir}"
    server = "" if url == "http://127.0.0.1:8080" else f" --url {url}"
    lines += ["接下来 What to try next"]
    lines += ["  接口文档，可直接试用 The API, to read and to try", f"    {url}/docs"]
    if shown:
        lines += ["  模拟外勤的一天 A day of phones, played and checked (in a second terminal)"]
        lines += [f"    {program} simulate day --technicians 5 --orders 4{server}"]
    lines += ["  导入自己的数据 Your own zones and requests: see README.md", f"    {program} import --help"]
    lines += ["  检查各部分是否正常 Is everything well?", f"    {program} doctor{folder}"]
    lines += ["", f"日志 Logs: {settings.data_dir / 'logs'}", "Ctrl-C 停止 stops it; the data are kept."]
    return "\n".join(lines)


def _table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Align columns as a terminal shows them, where a Chinese character takes two places."""
    cells = [list(row) for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return [
        "  " + "   ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
