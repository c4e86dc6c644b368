"""Holds the code to docs/ARCHITECTURE.md. Each exception gives its reason; one that is not needed fails, too."""

import fnmatch
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

import migrations.tables  # noqa: F401 - every table must be known
from kernel.database import Base
from tests import architecture_rules as rules
from tests.architecture_rules import Source
from tests.covered_by import COVERED_BY

ROOT = Path(__file__).parent.parent
FOLDERS = (*rules.PRODUCT, "migrations", "tests")

COMMITS = {
    "kernel/unit_of_work.py": "the one place that commits",
    "kernel/runtime.py": "leaving the block of a unit of work commits it",
    "kernel/direct.py": "commits for the unit of work, in the place of a session",
    "bench/sync.py": "its baseline is raw PostgreSQL",
    "bench/parts/ops.py": "its baseline is a bare view",
}
TRANSACTIONS = {
    "api/transactions.py": "one for a request",
    "api/idempotency.py": "one to take a key before the request, which a twin must see, one to let go of it",
    "sync/reconcile/runner.py": "one for a set of ops",
    "sync/wiring.py": "one for a round of a periodic job",
    "checklists/reports/jobs.py": "one to take what is wanted, one to read it, one to keep what was printed",
    "sync/feed/jobs.py": "one to drop removals, one to move the horizon: each locks in the order of those that write the feed",
    "sync/quarantine/jobs.py": "some hundreds of ops in each",
    "sync/devices/jobs.py": "one for a set of phones",
    "sync/devices/poker.py": "none may be open while a gateway is asked",
    "sync/stream/holder.py": "one to note whom it holds",
    "sync/erasure/jobs.py": "some of what is over in each; none may be open while the store removes files",
    "sync/courier.py": "one to note what was delivered",
    "sync/erasure/late.py": "one for each customer who is erased again, out of the outbox",
    "checklists/media/jobs.py": "one to take a picture, one to keep what a look into it brought",
    "sync/uploads/jobs.py": "one to take what came in, one to keep it or say why not, one to forget",
    "dispatch/exports/jobs.py": "one in which all rows are read, others to say meanwhile how far it is",
    "dispatch/imports/jobs.py": "one for a batch of lines, one to note that it broke",
    "dispatch/webhooks/jobs.py": "none may be open while a receiver is asked",
    "dispatch/geocoding/jobs.py": "none may be open while a third party is asked",
    "cli/*": "one for a command",
    "bench/parts/*": "one for what is measured",
    "tests/*": "one for a test",
}
ENVIRONMENT = {
    "kernel/settings.py": "reads all settings, once",
    "kernel/metrics.py": "prometheus-client is told by a variable of its own where the processes meet",
    "cli/options.py": "lays the options of a command over the settings, for it and for the processes it starts",
    "run.py": "runs before anything of ours is installed",
    "bench/*": "measures the product from outside",
    "tests/*": "start programs and servers",
}
CLOCK_AND_IDS = {
    "api/limiting.py": "the limiter counts by the machine's clock, and so does what it says",
    "kernel/clock.py": "the one clock",
    "kernel/identifiers.py": "the one mint of ids",
    "bench/*": "measures the product from outside",
    "tests/*": "make up times and ids",
}
FLASK_GLOBALS = {
    "api/transactions.py": "turns the request into an actor and a unit of work",
    "api/calling.py": "knows whose token or key came with the request, and what it asks for",
    "api/limiting.py": "knows who asks before anything is looked up",
    "api/pacing.py": "knows how often a phone asks before anything is looked up",
    "api/deferring.py": "keeps that unit of work open until the answer is there",
    "bench/parts/ops.py": "its baseline is a bare view",
}
LONG_FILES: dict[str, str] = {
    "migrations/versions/*": "steps are written by Alembic",
}
LONG_FUNCTIONS: dict[str, str] = {
    "migrations/versions/*": "steps are written by Alembic",
}
"""Entries are `path::function`, or patterns."""
DECLARATIONS = ("*/__init__.py", "*/models.py", "*/errors.py")
ONE_HOUSEHOLD = {
    "sync": "reconciles in sets, over all of its own tables at once",
}
"""Packages whose slices share their tables; the slices of all others keep theirs to themselves."""

MOVE_BY_THEMSELVES = {
    "Zone": "is what moves",
    "RoleGrant": "lies below the territory, which moves it",
}
"""Tables with places that no handler of `PlacesMoved` moves."""


def sources() -> list[Source]:
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")] + sorted(ROOT.glob("*.py"))
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in sorted(paths)]


SOURCES = sources()
PATHS = {source.path for source in SOURCES}


def tracked_files() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in listing.split("\0") if path]


def within(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatch(path, pattern) for pattern in patterns)


def breaches(rule: Callable[[Source], list[str]], exceptions: Mapping[str, str]) -> list[str]:
    """Apply a rule everywhere: what breaks it unexcused, and what is excused without breaking it."""
    found = {source.path: rule(source) for source in SOURCES}
    unexcused = [breach for path, each in found.items() if not within(path, exceptions) for breach in each]
    needless = [f"{path} needs no exception" for path in exceptions if path in found and not found[path]]
    return unexcused + needless


def verdict(found: list[str], advice: str) -> None:
    assert not found, "\n  ".join([advice, *found])


def test_only_the_unit_of_work_ends_transactions():
    verdict(
        breaches(lambda source: [] if source.package == "tests" else commits(source), COMMITS),
        "Services and views never commit or roll back; leaving the block of a unit of work does (COMMITS).",
    )


def test_transactions_open_in_few_places():
    verdict(breaches(opens_transactions, TRANSACTIONS), "Get the unit of work as an argument (TRANSACTIONS).")


def test_only_the_settings_read_the_environment():
    verdict(breaches(environment, ENVIRONMENT), "Take it from kernel.settings (ENVIRONMENT).")


def test_only_the_clock_and_the_mint_know_the_time_and_new_ids():
    verdict(
        breaches(clock_and_ids, CLOCK_AND_IDS),
        "Take uow.now and uow.new_id(); pure code gets them as arguments (CLOCK_AND_IDS).",
    )


def test_only_the_transactions_of_the_api_touch_flask_globals():
    verdict(breaches(flask_globals, FLASK_GLOBALS), "Pass what you need as an argument (FLASK_GLOBALS).")


def test_a_slice_keeps_its_tables_to_itself():
    bound = [source for source in SOURCES if source.package not in ("migrations", "tests")]
    verdict(
        [breach for source in bound for breach in rules.imports_models_of_others(source, ONE_HOUSEHOLD)],
        "Ask the other slice's service or queries; only a slice itself, the migrations and the tests import its models.",
    )


def test_names_say_what_is_inside():
    verdict(
        [bad for source in SOURCES for bad in rules.bad_names(source.path)],
        "Name the module after what it knows, or split it.",
    )


def test_files_are_small():
    verdict(
        breaches(rules.long_file, LONG_FILES), "Split the file by use case; or, with a reason, list it in LONG_FILES."
    )


def test_functions_are_small():
    found = {breach.split()[0]: breach for source in SOURCES for breach in rules.long_functions(source)}
    unexcused = [breach for name, breach in found.items() if not within(name, LONG_FUNCTIONS)]
    needless = [f"{name} needs no exception" for name in LONG_FUNCTIONS if "::" in name and name not in found]
    verdict(unexcused + needless, "Split the function; or, with a reason, list it in LONG_FUNCTIONS.")


def test_every_module_says_what_it_knows():
    said = [source for source in SOURCES if source.package != "tests"]
    verdict(
        [bad for source in said for bad in rules.no_docstring(source)],
        "Begin the module with one sentence that says what it knows.",
    )


def test_nothing_is_left_unfinished():
    verdict(
        [bad for source in SOURCES for bad in rules.unfinished(source)], "Finish it, or take it out and open an issue."
    )


def test_the_tests_mirror_the_tree():
    tested = [
        source.path
        for source in SOURCES
        if source.package in rules.PRODUCT and rules.has_logic(source) and not within(source.path, DECLARATIONS)
    ]
    missing = [
        f"{path} wants {rules.place_of_test(path)}"
        for path in tested
        if rules.place_of_test(path) not in PATHS and not within(path, COVERED_BY)
    ]
    gone = [f"{test} does not exist" for test in COVERED_BY.values() if test not in PATHS]
    needless = [f"{module} needs no entry" for module in COVERED_BY if rules.place_of_test(module) in PATHS]
    verdict(
        missing + gone + needless,
        "Write the test there; or, if another file tests the module, say so in tests/covered_by.py.",
    )


def test_what_lies_somewhere_goes_along_when_places_move():
    calls = (re.findall(r"\bfollow\(uow, event, ([^)]*)\)", source.text) for source in SOURCES)
    following = {name.strip() for found in calls for names in found for name in names.split(",")}
    placed = {
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if {"station_id"} < {"station_id", "group_id", "zone_id"} & set(mapper.columns.keys())
    }
    verdict(
        sorted(placed - following - set(MOVE_BY_THEMSELVES)),
        "Handle PlacesMoved with territory.following.follow, wired in dispatch/wiring.py or sync/reactions.py.",
    )


def test_every_folder_of_tests_is_a_package():
    folders = {path.rsplit("/", 1)[0] for path in PATHS if path.startswith("tests/")}
    missing = sorted(folder for folder in folders if f"{folder}/__init__.py" not in PATHS)
    verdict(
        [f"{folder}/__init__.py" for folder in missing],
        "Without this empty file, the folder shadows the package of its name.",
    )


def test_nothing_generated_is_in_the_repository():
    verdict(
        [path for path in tracked_files() if rules.is_generated(path)], "git rm --cached it, and add it to .gitignore."
    )


def commits(source: Source) -> list[str]:
    return rules.calls_method(source, {"commit", "rollback"})


def opens_transactions(source: Source) -> list[str]:
    return rules.calls_method(source, {"unit_of_work"})


def environment(source: Source) -> list[str]:
    return rules.uses(source, {"os.environ", "os.environb", "os.getenv", "os.getenvb"})


def clock_and_ids(source: Source) -> list[str]:
    times = {"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"}
    times |= {"time.time", "time.time_ns", "sqlalchemy.func.now", "sqlalchemy.func.current_timestamp"}
    ids = {
        "uuid.uuid1",
        "uuid.uuid3",
        "uuid.uuid4",
        "uuid.uuid5",
        "uuid.uuid6",
        "uuid.uuid7",
        "uuid.uuid8",
        "uuid_utils",
    }
    return rules.uses(source, times | ids)


def flask_globals(source: Source) -> list[str]:
    return rules.uses(source, {"flask.request", "flask.g", "flask.current_app", "flask.session"})


@pytest.mark.parametrize(
    ("rule", "path", "text", "expected"),
    [
        (commits, "api/x.py", "def save(session):\n    session.commit()", ["api/x.py:2 calls .commit()"]),
        (commits, "api/x.py", "def save(uow):\n    uow.session.rollback()", ["api/x.py:2 calls .rollback()"]),
        (commits, "api/x.py", "def save(session):\n    session.flush()", []),
        (
            opens_transactions,
            "api/x.py",
            "with runtime.unit_of_work(actor):\n    pass",
            ["api/x.py:1 calls .unit_of_work()"],
        ),
        (environment, "api/x.py", "import os\nprint(os.environ['HOME'])", ["api/x.py:2 uses os.environ"]),
        (environment, "api/x.py", "from os import getenv as look", ["api/x.py:1 uses os.getenv"]),
        (environment, "api/x.py", "import os\nprint(os.path.sep)", []),
        (
            clock_and_ids,
            "api/x.py",
            "import datetime as d\nd.datetime.now(d.UTC)",
            ["api/x.py:2 uses datetime.datetime.now"],
        ),
        (clock_and_ids, "api/x.py", "from datetime import date\ndate.today()", ["api/x.py:2 uses datetime.date.today"]),
        (clock_and_ids, "api/x.py", "from time import time", ["api/x.py:1 uses time.time"]),
        (clock_and_ids, "api/x.py", "from uuid import UUID, uuid4", ["api/x.py:1 uses uuid.uuid4"]),
        (
            clock_and_ids,
            "api/x.py",
            "from sqlalchemy import func\nx = func.now()",
            ["api/x.py:2 uses sqlalchemy.func.now"],
        ),
        (clock_and_ids, "api/x.py", "import time\ntime.monotonic()\ndef f(uow):\n    return uow.clock.now()", []),
        (flask_globals, "api/x.py", "from flask import Flask, g", ["api/x.py:1 uses flask.g"]),
        (flask_globals, "api/x.py", "from flask import Flask\nFlask('x').session_interface", []),
        (
            rules.imports_models_of_others,
            "sync/feed/queries.py",
            "from dispatch.people.models import Technician",
            ["sync/feed/queries.py:1 imports dispatch.people.models"],
        ),
        (
            rules.imports_models_of_others,
            "dispatch/sla/service.py",
            "from dispatch.people import models",
            ["dispatch/sla/service.py:1 imports dispatch.people.models"],
        ),
        (
            rules.imports_models_of_others,
            "dispatch/people/service.py",
            "from dispatch.people.models import Technician",
            [],
        ),
        (rules.long_file, "api/x.py", "x = 1\n" * 401, ["api/x.py has 401 lines, more than 400"]),
        (rules.long_file, "api/x.py", "x = 1\n" * 400, []),
        (
            rules.long_functions,
            "api/x.py",
            "def f():\n" + "    x = 1\n" * 80,
            ["api/x.py::f has 81 lines, more than 80"],
        ),
        (rules.long_functions, "api/x.py", "def f():\n" + "    x = 1\n" * 79, []),
        (rules.no_docstring, "api/x.py", "import os", ["api/x.py has no docstring"]),
        (rules.no_docstring, "api/__init__.py", "", []),
        (rules.no_docstring, "api/x.py", '"""What it knows."""', []),
        (rules.unfinished, "api/x.py", "x = 1  # TODO: more", ["api/x.py:1 says TODO"]),
        (rules.unfinished, "api/x.py", "def f():\n    raise NotImplementedError", ["api/x.py:2 raises it"]),
        (rules.unfinished, "api/x.py", "x = 'TODO'  # todo lists are fine", []),
    ],
)
def test_each_rule_catches_what_breaks_it(rule, path, text, expected):
    assert rule(Source(path, text)) == expected


def test_a_household_shares_its_tables_but_nobody_elses():
    source = Source("sync/feed/x.py", "import sync.ingest.models\nimport dispatch.people.models")
    assert rules.imports_models_of_others(source, {"sync"}) == ["sync/feed/x.py:2 imports dispatch.people.models"]


@pytest.mark.parametrize("path", ["api/utils.py", "dispatch/helpers/x.py", "tests/test_config.py"])
def test_a_name_that_says_nothing_is_found(path):
    assert rules.bad_names(path)
    assert not rules.bad_names("dispatch/sla/deadline.py")


@pytest.mark.parametrize(
    "path",
    [
        "api/__pycache__/x.cpython-311.pyc",
        ".venv/bin/python",
        "data/fieldbeat.db",
        "web/node_modules/x.js",
        ".coverage.host",
        "fieldbeat.egg-info/PKG-INFO",
        "boston.rejects.csv",
    ],
)
def test_a_generated_file_is_found(path):
    assert rules.is_generated(path)


@pytest.mark.parametrize(
    "path", ["tests/data/boston.csv", "docs/openapi.json", "requirements.lock", "kernel/database.py"]
)
def test_a_written_file_is_not_taken_for_a_generated_one(path):
    assert not rules.is_generated(path)


def test_the_place_of_a_test_follows_from_its_module():
    assert rules.place_of_test("dispatch/sla/deadline.py") == "tests/dispatch/sla/test_deadline.py"


def test_a_module_that_only_declares_has_no_logic():
    assert not rules.has_logic(Source("api/x.py", "class Kind:\n    NEW = 'new'"))
    assert rules.has_logic(Source("api/x.py", "class Kind:\n    def is_new(self):\n        return True"))


def test_an_exception_that_nothing_needs_is_a_breach():
    assert "tests/__init__.py needs no exception" in breaches(environment, {"tests/__init__.py": "no reason"})
