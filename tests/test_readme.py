"""What the README tells a newcomer to type does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from kernel import runtime as runtimes
from tests.cli import running

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_two_commands_stand_there_as_they_are_typed():
    lines = README.splitlines()
    assert "python3 run.py" in lines
    assert "python3 run.py test" in lines


PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8"))
    places = {target: (ROOT / page).parent / target for target in targets if "://" not in target}
    assert [target for target, place in places.items() if not place.exists()] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_somebodys_own_csv_becomes_orders_on_a_phone(settings, tmp_path):
    [script] = re.findall(r"<!-- walkthrough -->\n```sh\n(.*?)```", README, flags=re.DOTALL)
    place = tmp_path / "place"
    place.mkdir()
    (place / "python3").write_text(f'#!/bin/sh\nshift\nexec "{sys.executable}" -m cli.main "$@"\n')
    (place / "python3").chmod(0o755)
    environment = running.environment(
        FIELDBEAT_DATA_DIR=str(settings.data_dir),
        FIELDBEAT_DATABASE_URL=settings.database_url,
        FIELDBEAT_REDIS_URL=settings.redis_url,
        PATH=f"{place}:{os.environ['PATH']}",
    )
    done = subprocess.run(["sh", "-eu"], input=script, cwd=place, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "imported                             3" in done.stdout
    assert "outside_every_zone                 1" in done.stdout
    assert (place / "my-requests.rejects.csv").read_text().count("\n") == 2

    runtime = runtimes.make(settings)
    with runtime.session() as session:
        rows = session.execute(
            text(
                "SELECT o.title, o.status, u.login, z.code, r.id IS NOT NULL AS has_checklist FROM work_orders o "
                "JOIN zones z ON z.id = o.zone_id LEFT JOIN users u ON u.id = o.assignee_id "
                "LEFT JOIN checklist_runs r ON r.work_order_id = o.id ORDER BY o.received_at"
            )
        ).all()
    runtime.close()
    assert [tuple(row) for row in rows] == [
        ("No TV signal", "assigned", "li.wei", "N1", 1),
        ("No TV signal", "closed", None, "N1", rows[1].has_checklist),
        ("Slow internet", "assigned", "li.wei", "N2", 1),
    ]
