"""Breaks the product on purpose, one guard at a time, and looks whether a test turns red.

    python -m tests.mutants [NAME ...]

Works on a copy of the checkout. Ends with 1 when a mutant survives: its guard is written down and nobody would notice it gone.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.mutant import Mutant
from tests.mutants_at_the_door import AT_THE_DOOR

ROOT = Path(__file__).parent.parent
LONGEST_SECONDS = 600


MUTANTS = (
    Mutant(
        "numbers that do not wait for the commit",
        "kernel/change_feed.py",
        "    row = _ADVANCE.row(session, region=region_id, count=count)\n    if row is None:\n",
        "    with Session(session.get_bind()) as apart:\n        row = _ADVANCE.row(apart, region=region_id, count=count)\n"
        "        apart.commit()\n    if row is None:\n",
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
        "sync/ingest/storing.py",
        "        if hashes.get(op.id) == op.hash:\n",
        "        if op.id in hashes:\n",
        ("tests/sync/ingest/test_service.py",),
    ),
    Mutant(
        "the same op twice in a batch by its id alone",
        "sync/ingest/storing.py",
        '        elif rows[op.id]["payload_hash"] == row["payload_hash"]:\n',
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
        "_HELD_DOCUMENTS = ByIds(select(*_ROW, *_DETAILS).where(_MINE), WorkOrder.id)",
        "_HELD_DOCUMENTS = ByIds(select(*_ROW, *_DETAILS).where((_ME == _ME)), WorkOrder.id)",
        ("tests/sync/feed/test_service.py",),
    ),
    Mutant(
        "a checklist for whoever asks",
        "dispatch/work_orders/queries.py",
        "_HELD = ByIds(select(WorkOrder.id).where(_MINE), WorkOrder.id)",
        "_HELD = ByIds(select(WorkOrder.id).where((_ME == _ME)), WorkOrder.id)",
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
        "an answer kept without what it builds on",
        "checklists/runs/service.py",
        '        "base": given.base,\n',
        '        "base": None,\n',
        ("tests/sync/reconcile/test_replaying.py",),
    ),
    Mutant(
        "receipts that promise more than the documents hold",
        "sync/reconcile/receipts.py",
        '"effect_seq": mine.get((scope, "work_orders", subject))',
        '"effect_seq": (mine.get((scope, "work_orders", subject)) or 0) + 9',
        ("tests/sync/feed/test_own_writes.py",),
    ),
    Mutant(
        "orders that leave although an op of theirs waits",
        "sync/feed/archiving.py",
        "    stay = _waiting(uow, due, devices) | ",
        "    stay = ",
        ("tests/sync/feed/test_archiving.py",),
    ),
    Mutant(
        "orders that leave phones that do not know of their end",
        "sync/feed/archiving.py",
        " | _unseen(uow, due, devices, silent)\n",
        "\n",
        ("tests/sync/feed/test_archiving.py",),
    ),
    Mutant(
        "archived orders that any change brings back onto phones",
        "dispatch/work_orders/queries.py",
        "_MINE = and_(or_(WorkOrder.assignee_id == _ME, WorkOrder.id.in_(orders_with(_ME))), _ON_PHONES)",
        "_MINE = or_(WorkOrder.assignee_id == _ME, WorkOrder.id.in_(orders_with(_ME)))",
        ("tests/sync/feed/test_archiving.py",),
    ),
    Mutant(
        "an upload for whoever knows its id",
        "sync/uploads/service.py",
        "Upload.id == upload_id, Upload.device_id == phone.id",
        "Upload.id == upload_id",
        ("tests/api/leaks/test_phones.py",),
    ),
    Mutant(
        "a phone's row not locked",
        "sync/devices/calling.py",
        "(_IDENTIFY_LOCKED if lock else _IDENTIFY)",
        "_IDENTIFY",
        ("tests/sync/ingest/test_service.py", "tests/sync/reconcile/test_runner.py"),
    ),
    Mutant(
        "a batch stored at once for a phone that is another by then",
        "sync/ingest/storing.py",
        '_AS_IT_WAS = "id = :device AND xmin = CAST(:stamp AS xid)"',
        '_AS_IT_WAS = "id = :device AND :stamp = :stamp"',
        ("tests/sync/ingest/test_storing.py",),
    ),
    Mutant(
        "a batch stored at once whose numbers had come",
        "sync/ingest/storing.py",
        " or not batch.is_new() or",
        " or not batch.kept or",
        ("tests/sync/ingest/test_storing.py",),
    ),
    Mutant(
        "a whole batch called duplicate by its ids",
        "sync/ingest/sorting.py",
        "all(hashes.get(op.id) == op.hash for",
        "all(op.id in hashes for",
        ("tests/sync/ingest",),
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
        "sync/ingest/sorting.py",
        "        if revoked and op.problem is None:\n",
        "        if False:\n",
        ("tests/sync/ingest/test_service.py", "tests/api/routes/test_devices.py", "tests/sync/devices"),
    ),
    Mutant(
        "times that go back",
        "sync/ingest/sorting.py",
        "                below = previous\n",
        "                pass\n",
        ("tests/sync/ingest/test_service.py",),
    ),
    Mutant(
        "an ID token of another sign-in",
        "dispatch/single_sign_on/tokens.py",
        '            {"nonce": nonce, "client_id"',
        '            {"client_id"',
        ("tests/dispatch/single_sign_on/test_tokens.py",),
    ),
    Mutant(
        "a code for whoever has it",
        "dispatch/single_sign_on/service.py",
        " or not binding.answers(verifier, row.challenge)",
        "",
        ("tests/api/routes/test_single_sign_on.py",),
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
    Mutant(
        "a hold that holds nothing",
        "sync/erasure/retaining.py",
        ".where(~_is_held(rows.id), ~living.exists()",
        ".where(~living.exists()",
        ("tests/sync/erasure/test_retaining.py",),
    ),
    Mutant(
        "a file that goes though another order shows it",
        "sync/erasure/jobs.py",
        "sorted(set(digests) - needed_still(reading, digests))",
        "sorted(set(digests))",
        ("tests/sync/erasure/test_service.py",),
    ),
    Mutant(
        "a sealed text that opens in any row",
        "kernel/sealed_columns.py",
        'return cell(f"{self.column.table.name}.{self.name}", key)',
        'return f"{self.column.table.name}.{self.name}"',
        ("tests/kernel/test_sealed_columns.py",),
    ),
    Mutant(
        "a telephone number as it is said",
        "dispatch/requests/keeping.py",
        "[seal_row(uow.sealer, ServiceRequest, row)]",
        "[row]",
        ("tests/api/test_sealed_at_rest.py",),
    ),
    Mutant(
        "a customer for whoever knows the id",
        "dispatch/customers/queries.py",
        "select(*_CUSTOMER).where(Customer.id == customer_id, in_scope(reading, Customer))",
        "select(*_CUSTOMER).where(Customer.id == customer_id)",
        ("tests/api/leaks/test_matrix.py",),
    ),
    Mutant(
        "a colleague out of sight told from nobody",
        "dispatch/accounts/charge.py",
        "raise errors.MAY_NOT_MANAGE() if may_see_user(reading, person.id) else errors.UNKNOWN()",
        "raise errors.MAY_NOT_MANAGE()",
        ("tests/api/leaks/test_matrix.py",),
    ),
    Mutant(
        "a code of an app that is good twice",
        "dispatch/accounts/second_factor/codes.py",
        "found is None or (last is not None and found <= last <= present + DRIFT)",
        "found is None",
        ("tests/dispatch/accounts/second_factor",),
    ),
    Mutant(
        "codes forgotten once the password is given again",
        "dispatch/accounts/signing_in.py",
        "        take_back(uow, attempt)\n",
        "        throttle.succeed(uow, attempt=attempt, user_id=known.user_id)\n",
        ("tests/dispatch/accounts/test_signing_in.py",),
    ),
    Mutant(
        "a second lock that nobody closes",
        "kernel/row_security.py",
        "    if not actor.scope.everywhere:\n",
        "    if actor.scope.everywhere:\n",
        ("tests/api/leaks/test_row_security.py",),
    ),
    Mutant(
        "a key that opens everything",
        "api/auth.py",
        "    missing = sorted(need - key.scopes)\n",
        "    missing: list[str] = []\n",
        ("tests/api/test_scopes.py",),
    ),
    Mutant(
        "a key that is found by what everybody may see of it",
        "dispatch/accounts/keys/queries.py",
        "    if not hmac.compare_digest(digest, secret_digest(text)):\n",
        "    if not digest:\n",
        ("tests/dispatch/accounts/keys/test_service.py",),
    ),
    Mutant(
        "a key to roles in which one could not put anybody",
        "dispatch/accounts/keys/service.py",
        "        if not may_give(uow.actor.grants, Post(Role(role), within)):\n",
        "        if not within:\n",
        ("tests/dispatch/accounts/keys/test_service.py",),
    ),
    Mutant(
        "an export of roles that have ended",
        "dispatch/exports/queries.py",
        "    if row is None or not {tuple(one) for one in row.grants} <= written(reading.actor):\n",
        "    if row is None:\n",
        ("tests/api/routes/test_exports.py",),
    ),
    Mutant(
        "a worker that comes after its lease",
        "dispatch/exports/running.py",
        "            Export.attempts == taken.attempt,\n",
        "",
        ("tests/dispatch/exports/test_jobs.py",),
    ),
    Mutant(
        "an export of many moments",
        "kernel/database.py",
        '        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}\n',
        '        return {"postgresql_readonly": True}\n',
        ("tests/dispatch/exports/test_jobs.py",),
    ),
    Mutant(
        "a calendar of somebody who is no technician any more",
        "dispatch/calendar_feeds/queries.py",
        "    if actor is None or Role.TECHNICIAN not in actor.roles:\n",
        "    if actor is None:\n",
        ("tests/api/routes/test_calendar_feeds.py",),
    ),
    Mutant(
        "a page that loses what has no value",
        "kernel/ordering.py",
        "        return or_(later, self.key[0].is_(None)) if self.has_nulls else later\n",
        "        return later\n",
        ("tests/kernel/test_ordering.py",),
    ),
    *AT_THE_DOOR,
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
