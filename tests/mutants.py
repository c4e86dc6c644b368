"""Breaks the product on purpose, one guard at a time, and looks whether a test turns red.

    python -m tests.mutants [NAME ...]

Works on a copy of the checkout. Ends with 1 when a mutant survives: its guard is written down and nobody would notice it gone.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard taken away: the only place where `guard` stands in a file, what stands there instead, and tests that look."""

    name: str
    file: str
    guard: str
    instead: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "numbers that do not wait for the commit",
        "kernel/change_feed.py",
        "    row = session.execute(statement).one_or_none()\n",
        "    with session.get_bind().engine.begin() as apart:\n        row = apart.execute(statement).one_or_none()\n",
        ("tests/kernel/test_change_feed.py",),
    ),
    Mutant(
        "head read after the rows",
        "sync/feed/service.py",
        "    below = [row for row in rows if row.seq <= head.seq]\n",
        "    head = change_feed.read_head(reading.session, phone.region_id)\n    below = list(rows)\n",
        ("tests/sync/feed/test_service.py",),
    ),
    Mutant(
        "identity without the content",
        "sync/ingest/service.py",
        "        if hashes.get(op.id) == op.hash:\n",
        "        if op.id in hashes:\n",
        ("tests/sync/ingest/test_service.py",),
    ),
    Mutant(
        "the same op twice in a batch by its id alone",
        "sync/ingest/service.py",
        '        elif rows[op.id]["payload_hash"] == op.hash:\n',
        "        elif True:\n",
        ("tests/sync/ingest/test_service.py",),
    ),
    Mutant(
        "the inbox flipped in a transaction of its own",
        "sync/reconcile/receipts.py",
        "    uow.after_feed.append(flip)\n",
        "    uow.after_commit(lambda: (flip({}), uow.session.commit()))\n",
        ("tests/sync/reconcile/test_runner.py",),
    ),
    Mutant(
        "a pull that does not ask whose order it is",
        "dispatch/work_orders/queries.py",
        "select(*columns).where(WorkOrder.id.in_(ids), _held(reading))",
        "select(*columns).where(WorkOrder.id.in_(ids))",
        ("tests/sync/feed/test_service.py",),
    ),
    Mutant(
        "a receipt for whoever asks",
        "sync/feed/collections.py",
        '            Op.user_id == bindparam("user", type_=Uuid()),\n',
        "",
        ("tests/sync/feed/test_service.py",),
    ),
    Mutant(
        "the status of anybody's op",
        "sync/ingest/service.py",
        "Op.region_id == phone.region_id, Op.op_id.in_(ids), Op.user_id == phone.user_id",
        "Op.region_id == phone.region_id, Op.op_id.in_(ids)",
        ("tests/sync/ingest/test_service.py",),
    ),
    Mutant(
        "a fold that ignores what an answer builds on",
        "checklists/runs/fold.py",
        "            built_on.add(given.base)\n",
        "            pass\n",
        ("tests/checklists/runs/test_fold.py",),
    ),
    Mutant(
        "a phone's row not locked",
        "sync/devices/calling.py",
        "(_IDENTIFY_LOCKED if lock else _IDENTIFY)",
        "_IDENTIFY",
        ("tests/sync/ingest/test_service.py", "tests/sync/reconcile/test_runner.py"),
    ),
    Mutant(
        "commands that do not wait for the gap before them",
        "sync/appliers/apply.py",
        "    if known.ordered and op.code is None and",
        "    if False and",
        ("tests/sync/reconcile/test_runner.py",),
    ),
    Mutant(
        "a revoked phone like any other",
        "sync/ingest/service.py",
        "        if revoked and op.problem is None:\n",
        "        if False:\n",
        ("tests/sync/ingest/test_service.py", "tests/api/routes/test_devices.py", "tests/sync/devices"),
    ),
    Mutant(
        "times that go back",
        "sync/ingest/service.py",
        "            below = previous\n",
        "            pass\n",
        ("tests/sync/ingest/test_service.py",),
    ),
    Mutant(
        "a signature written again",
        "checklists/signoff/service.py",
        "    if len(stored) != len(rows):\n",
        "    if False:\n",
        ("tests/checklists/signoff",),
    ),
    Mutant(
        "bytes taken under an old turn",
        "sync/uploads/pieces.py",
        "                    raise errors.OVERTAKEN()\n",
        "                    pass\n",
        ("tests/sync/uploads",),
    ),
    Mutant(
        "a scope that lets everything through",
        "kernel/actor.py",
        "        return or_(false(), *self.parts(**columns))\n",
        "        return true()\n",
        ("tests/api/test_scope.py",),
    ),
)


def apply(mutant: Mutant, root: Path) -> None:
    """Put a mutant into the checkout below `root`. Raises ValueError when its guard does not stand there exactly once."""
    path = root / mutant.file
    source = path.read_text()
    if source.count(mutant.guard) != 1:
        raise ValueError(f"{mutant.name}: {mutant.file} holds its guard {source.count(mutant.guard)} times")
    path.write_text(source.replace(mutant.guard, mutant.instead))


def survives(mutant: Mutant, folder: Path) -> bool:
    """Tell whether the tests stay green with the mutant in a copy of the checkout; show the test that does not."""
    root = folder / "copy"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, root / name)
    apply(mutant, root)
    # `-m` puts the copy before the checkout that is installed.
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *mutant.tests]
    try:
        ran = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print("    stopped: it hung", flush=True)
        return False
    red = [line for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    print("\n".join(f"    {line[:150]}" for line in red[:1]), flush=True)
    if ran.returncode not in (0, 1):
        raise RuntimeError(f"the tests did not run: {ran.stdout[-2000:]}")
    return ran.returncode == 0


def main(names: Sequence[str]) -> int:
    """Try all mutants, or those of these names."""
    alive = []
    for mutant in (one for one in MUTANTS if not names or one.name in names):
        print(f"{mutant.name} ({mutant.file})", flush=True)
        with tempfile.TemporaryDirectory(prefix="fieldbeat-mutant-") as folder:
            if survives(mutant, Path(folder)):
                alive.append(mutant.name)
                print("    SURVIVED", flush=True)
    print(f"{len(alive)} survived: {alive}" if alive else "All were noticed.")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
