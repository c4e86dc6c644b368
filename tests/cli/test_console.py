import os
import sys

import pytest

from cli.console import Complaint, is_terminal, say, step


def test_a_step_is_shown_with_its_seconds(capsys):
    with step("database"):
        assert capsys.readouterr().out == "  database ..."
    assert capsys.readouterr().out.endswith(" s\n")


def test_a_step_that_fails_says_so(capsys):
    with pytest.raises(Complaint), step("database"):
        raise Complaint("no")
    assert capsys.readouterr().out == "  database ... stopped\n"


def test_what_is_said_during_a_step_stands_on_a_line_of_its_own(capsys):
    with step("web server"):
        say("web ended")
        say("starting it again")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["  web server ...", "web ended", "starting it again"]
    assert lines[3].startswith("  web server ... 0.")


def test_a_terminal_that_was_closed_is_no_reason_to_fail(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        say("anybody there?")
        assert not is_terminal()
        with pytest.raises(BrokenPipeError):
            closed.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), writer)
