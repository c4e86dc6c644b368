"""Runs the machine on each engine. FIELDBEAT_TEST_EXAMPLES asks for more than the gate's few examples."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.machine.machine import Sync

EXAMPLES = int(os.environ.get("FIELDBEAT_TEST_EXAMPLES", "8"))

# Shrinking an example that needs a database takes minutes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def test_whatever_happens_in_whatever_order_everything_fits_when_it_comes_to_rest(world, request):
    run_state_machine_as_test(
        lambda: Sync(world, lambda: request.getfixturevalue("postgres")),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
