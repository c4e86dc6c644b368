import subprocess
import sys
import time

import pytest

from cli.main import COMMANDS, explain, fieldbeat
from kernel.errors import INVALID, FieldProblem
from tests.cli import running


def test_help_names_every_command_and_imports_none_of_them():
    began = time.monotonic()
    said = running.fieldbeat("--help")
    assert said.returncode == 0
    for name, place in COMMANDS.items():
        assert f"  {name} " in said.stdout
        assert place.does in said.stdout
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_list_says_and_says_what_it_does(name):
    context = fieldbeat.make_context("fieldbeat", [name])
    command = fieldbeat.get_command(context, name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_an_unknown_command_is_a_mistake_of_usage(command):
    said = command("nosuch")
    assert said.returncode == 2
    assert "No such command 'nosuch'" in said.stderr


def test_all_wrong_settings_are_told_at_once_and_without_a_trace(command):
    said = command("db", "current", FIELDBEAT_PORT="many", FIELDBEAT_PROT="8080")
    assert said.returncode == 1
    assert said.stderr.splitlines() == [
        "FIELDBEAT_PORT is 'many'; it must be a whole number from 1 to 65535.",
        "FIELDBEAT_PROT is not a setting.",
    ]


def test_a_refusal_is_told_with_its_fields():
    error = INVALID("Two of them.", fields=(FieldProblem("/login", "taken", "somebody has it"),))
    assert explain(error) == "Some fields are not valid. Two of them.\n  /login: somebody has it"


def test_a_mistake_of_ours_is_not_hidden():
    assert explain(ValueError("a mistake")) is None


def test_a_terminal_that_cannot_show_chinese_shows_the_rest(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "doctor", "--data-dir", str(tmp_path / "none")],
        env={**running.environment(), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert done.returncode == 1, done.stderr
    assert b"? `fieldbeat up` makes it." in done.stdout
