"""Options that stand for settings: each puts its variable into the environment, from which all settings are then read."""

import os
from collections.abc import Callable
from typing import Any

import click

from kernel.settings import PREFIX, Settings


def setting_option(*names: str, setting: str, **attributes: Any) -> Callable[[Any], Any]:
    """Make an option that sets a setting for this process and for those that it starts."""

    def put(_context: click.Context, _option: click.Parameter, given: Any) -> None:
        if given is not None:
            os.environ[PREFIX + setting.upper()] = str(given)

    return click.option(*names, expose_value=False, callback=put, **attributes)


data_dir_option = setting_option(
    "--data-dir",
    setting="data_dir",
    metavar="FOLDER",
    help="Where the embedded database, the queue and stored files live (FIELDBEAT_DATA_DIR).",
)


def read_settings() -> Settings:
    """Read all settings, with the options of the command among them. Raises SettingsError."""
    return Settings.from_environment()


def environment(**more: str) -> dict[str, str]:
    """Return the environment for a program that is started, with the options of this command and `more`."""
    return {**os.environ, **more}
