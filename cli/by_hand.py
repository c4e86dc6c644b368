"""Says in the audit log that something was done with a command of the console, with which one and by which user of the system."""

import getpass

import click

from kernel.audit.acts import Origin
from kernel.runtime import Runtime


def by_hand(runtime: Runtime) -> Runtime:
    """Let everything that this runtime changes be written down as done by the present command."""
    context = click.get_current_context(silent=True)
    command = "fieldbeat" if context is None else context.command_path
    runtime.origin = Origin(f"$ {command}", agent=f"console, {_system_user()}", watched=True)
    return runtime


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in containers
        return "unknown"
