"""Guards of who gets in and what is shown of people, each taken away once; `tests.mutants` tries them with the others."""

from tests.mutant import Mutant

MINIMISED = ("tests/api/test_minimised.py",)

AT_THE_DOOR = (
    Mutant(
        "customers listed with whole numbers",
        "dispatch/customers/queries.py",
        "    return CustomerRow(**masked(open_row(reading.sealer, Customer, row._mapping)))\n",
        "    return _shown(reading, row)\n",
        MINIMISED,
    ),
    Mutant(
        "requests listed with whole numbers",
        "dispatch/requests/queries.py",
        "    return RequestRow(**masked(asdict(_shown(reading, row))))\n",
        "    return _shown(reading, row)\n",
        MINIMISED,
    ),
    Mutant(
        "a number for whoever once did the order",
        "dispatch/work_orders/reaching.py",
        "    reaches = status not in TERMINAL or (scope is not None and scope.covers(**places))\n",
        "    reaches = True\n",
        MINIMISED,
    ),
    Mutant(
        "a masked number taken for one",
        "dispatch/texts.py",
        '    if HIDDEN in (text or ""):\n        raise',
        '    if HIDDEN == (text or ""):\n        raise',
        MINIMISED,
    ),
    Mutant(
        "a refresh token that is good twice",
        "dispatch/accounts/sessions/rotation.py",
        "    return Verdict.REPEAT if last and unanswered and abs(now - spent_at) <= tolerance else Verdict.REUSE\n",
        "    return Verdict.REPEAT\n",
        ("tests/dispatch/accounts/sessions/test_rotation.py", "tests/api/routes/test_session.py"),
    ),
    Mutant(
        "an access token from the future",
        "dispatch/accounts/sessions/rotation.py",
        "    return issued_at - SKEW <= now < expires_at\n",
        "    return now < expires_at\n",
        ("tests/dispatch/accounts/sessions",),
    ),
    Mutant(
        "an owner whom others lock out",
        "dispatch/accounts/throttle/rule.py",
        "    attacked = not known and (account",
        "    attacked = (account",
        ("tests/dispatch/accounts/throttle",),
    ),
    Mutant(
        "names that lead into our own network",
        "dispatch/outward/target.py",
        "    if not rules.internal and any(is_internal(address) for address in addresses):\n",
        "    if not addresses:\n",
        ("tests/dispatch/outward",),
    ),
    Mutant(
        "formulas in tables",
        "dispatch/cells.py",
        '    return "\'" + text if risky(text) else text\n',
        "    return text\n",
        ("tests/dispatch/test_cells.py",),
    ),
    Mutant(
        "exports filtered past the scope",
        "dispatch/work_orders/queries.py",
        "        any_of=_scope_parts(reading),\n    )\n    return Page(tuple(_order_row",
        "        any_of=[WorkOrder.id.is_not(None)],\n    )\n    return Page(tuple(_order_row",
        ("tests/api/leaks/test_exports.py",),
    ),
)
