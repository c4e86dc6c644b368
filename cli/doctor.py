"""The command `doctor`: says of every part whether it is well, and what to do when it is not."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict

import click

from cli.console import say
from cli.findings import look_at_everything, worst
from cli.looks import Finding, State
from cli.options import data_dir_option, read_settings
from kernel import runtime as runtimes


@click.command()
@data_dir_option
@click.option("--json", "as_json", is_flag=True, help="For machines: a list of objects with name, state, says and do.")
def doctor(as_json: bool) -> int:
    """Look at every part of the product and say in words what is wrong; the exit status is 1 when something is.

    It changes nothing, and needs the product neither to run nor to be stopped.
    """
    with closing(runtimes.make(read_settings())) as runtime:
        findings = look_at_everything(runtime)
    say(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=2) if as_json else describe(findings))
    return 1 if worst(findings) is State.BAD else 0


def describe(findings: Sequence[Finding]) -> str:
    """Write the findings for a person."""
    lines = []
    for one in findings:
        lines.append(f"{one.state.value:<5} {one.name:<11} {one.says}")
        if one.do:
            lines.append(" " * 18 + f"→ {one.do}")
    counts = {state: sum(one.state is state for one in findings) for state in State}
    if worst(findings) is State.OK:
        verdict = "All is well."
    else:
        verdict = f"Wrong: {counts[State.BAD]}. Worth a look: {counts[State.WARN]}."
    return "\n".join([*lines, "", verdict])
