import ast
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).parent.parent


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder that looks like the project, for run.py to work in."""
    for name, path in {"runtime": "requirements.lock", "test": "requirements-test.lock"}.items():
        (tmp_path / path).write_text(f"{name}==1\n")
    (tmp_path / "setup.cfg").write_text("[metadata]\n")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / "fieldbeat.json")
    monkeypatch.setattr(run, "LOCKS", {kind: tmp_path / path.name for kind, path in run.LOCKS.items()})
    return tmp_path


@pytest.fixture
def steps(place, monkeypatch):
    """The steps of the set-up that were taken; making the environment really makes one, without pip, the rest is only noted."""
    taken = []

    def step(name, command):
        taken.append(name)
        if name == "virtual environment":
            subprocess.run([*command, "--without-pip"], check=True)
            run.program("pip").touch()

    monkeypatch.setattr(run, "step", step)
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    return taken


def test_an_old_python_can_read_the_script_far_enough_to_say_so():
    ast.parse((ROOT / "run.py").read_text("utf-8"), feature_version=(3, 8))


def test_an_old_python_is_told_in_one_sentence():
    assert run.unsuitable_python((3, 10), "linux") == (
        "Fieldbeat needs Python 3.11 or newer; this is Python 3.10. Try, for example, python3.12 run.py."
    )
    assert run.unsuitable_python((3, 11), "linux") is None
    assert run.unsuitable_python((3, 13), "darwin") is None


def test_windows_is_told_in_one_sentence():
    assert "WSL" in run.unsuitable_python((3, 13), "win32")


def test_a_python_without_its_parts_is_told_which_package_brings_them():
    assert run.missing_modules("venv", "json") is None
    assert "apt install python3-venv" in run.missing_modules("venv", "no_such_module")


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    assert run.unwritable_folder(tmp_path, tmp_path / "not there yet") is None
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    assert str(tmp_path) in run.unwritable_folder(tmp_path)


def test_the_first_use_sets_everything_up_and_the_second_nothing(place, steps):
    run.prepare("runtime")
    assert steps == ["virtual environment", "1 packages", "fieldbeat itself"]
    run.prepare("runtime")
    assert len(steps) == 3


def test_what_the_tests_need_holds_what_the_product_needs(place, steps):
    run.prepare("test")
    steps.clear()
    run.prepare("runtime")
    assert steps == []


def test_the_tests_need_more_than_the_product(place, steps):
    run.prepare("runtime")
    steps.clear()
    run.prepare("test")
    assert steps == ["1 packages", "fieldbeat itself"]


@pytest.mark.parametrize("changed", ["requirements.lock", "setup.cfg"])
def test_a_change_is_installed_into_what_is_there(place, steps, changed):
    run.prepare("runtime")
    steps.clear()
    (place / changed).write_text("changed==2\n")
    run.prepare("runtime")
    assert steps == ["1 packages", "fieldbeat itself"]


def test_another_python_starts_afresh(place, steps, monkeypatch):
    run.prepare("runtime")
    steps.clear()
    monkeypatch.setattr(sys, "version", "3.99.0 (next year)")
    run.prepare("runtime")
    assert steps[0] == "virtual environment"


def test_a_set_up_that_broke_off_starts_afresh(place, steps, monkeypatch):
    def interrupt(name, command):
        steps.append(name)
        raise KeyboardInterrupt

    undisturbed = run.step
    run.prepare("runtime")
    (place / "setup.cfg").write_text("[metadata]\nname = changed\n")
    monkeypatch.setattr(run, "step", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run.prepare("runtime")
    monkeypatch.setattr(run, "step", undisturbed)
    assert not run.is_ready("runtime")
    steps.clear()
    run.prepare("runtime")
    assert steps[0] == "virtual environment"


def test_an_environment_whose_python_is_gone_starts_afresh(place, steps):
    run.prepare("runtime")
    run.program("python").unlink()
    assert not run.is_ready("runtime")
    steps.clear()
    run.prepare("runtime")
    assert steps[0] == "virtual environment"


def test_a_stamp_that_cannot_be_read_is_none(place):
    run.ENVIRONMENT.mkdir()
    run.STAMP.write_text("{")
    assert run.read_stamp() == {}


def take_turn(place):
    """Start a process that takes its turn for the set-up, and keeps it until its input ends."""
    program = (
        "import run, sys, pathlib; run.ROOT = pathlib.Path(sys.argv[1])\n"
        "with run.one_at_a_time(): print('my turn', flush=True); sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", program, str(place)], cwd=ROOT, **pipes)


def test_two_set_ups_at_once_take_turns(place):
    first = take_turn(place)
    assert first.stdout.readline() == "my turn\n"
    second = take_turn(place)
    assert second.stdout.readline() == "Waiting for another set-up of this folder to end ...\n"
    first.communicate()
    assert second.communicate()[0] == "my turn\n"


def test_a_step_that_fails_shows_its_last_lines(place, capsys):
    program = "import sys; print(*range(40), sep='\\n'); sys.exit(3)"
    with pytest.raises(run.SetUpError, match="failed at this step: 40 lines") as failure:
        run.step("40 lines", [sys.executable, "-c", program])
    assert "    39" in str(failure.value)
    assert "    27" not in str(failure.value)
    assert capsys.readouterr().out.endswith("FAILED\n")


def test_an_interrupted_step_leaves_nothing_running(tmp_path):
    """The command has a child of its own, which shows by a file that it is alive."""
    sign = tmp_path / "sign of life"
    step = "run.step('slow', ['sh', '-c', sys.argv[1]])"
    program = f"import run, sys; run.prepare = lambda kind: {step}; sys.exit(run.main([]))"
    script = f"(while :; do touch '{sign}'; sleep 0.02; done) & wait"
    process = subprocess.Popen([sys.executable, "-c", program, script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    while not sign.exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate()
    assert process.returncode == 130
    assert output.splitlines() == ["  slow ...", "Stopped before it was ready; run it again to go on."]
    sign.unlink()
    time.sleep(0.3)
    assert not sign.exists()


@pytest.mark.parametrize(
    ("arguments", "became"),
    [
        ([], ["fieldbeat", "up"]),
        (["--port", "9000"], ["fieldbeat", "up", "--port", "9000"]),
        (["up", "--no-demo"], ["fieldbeat", "up", "--no-demo"]),
        (["doctor"], ["fieldbeat", "doctor"]),
        (["test", "-k", "zones"], ["python", "-m", "pytest", "-k", "zones"]),
    ],
)
def test_a_command_becomes_the_program_that_knows_it(monkeypatch, arguments, became):
    class BecameError(Exception):
        pass

    def execv(path, words):
        raise BecameError([Path(path).name, *words[1:]])

    monkeypatch.setattr(run, "prepare", lambda kind: None)
    monkeypatch.setattr(os, "execv", execv)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(BecameError) as exec_:
        run.main(arguments)
    assert exec_.value.args[0] == became


def test_the_whole_gate_tells_the_tests_which_checks_failed(monkeypatch, capsys, tmp_path):
    became = []
    monkeypatch.setattr(
        run, "program", lambda name: Path({"ruff": "/bin/true", "mypy": "/bin/false"}.get(name, "/bin/true"))
    )
    monkeypatch.setattr(run, "become", lambda *words: became.append(words))
    monkeypatch.setenv("FIELDBEAT_TEST_FAILED_CHECKS", "")
    run.test([])
    assert os.environ["FIELDBEAT_TEST_FAILED_CHECKS"] == "mypy"
    assert became[0][:3] == ("python", "-m", "pytest")
    assert "mypy ..." in capsys.readouterr().out


def test_help_needs_no_set_up(capsys):
    assert run.main(["--help"]) == 0
    assert "python3 run.py test" in capsys.readouterr().out


def test_continuous_integration_runs_the_second_command():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    assert script.read_text().splitlines()[-1] == "exec python3 run.py test"


def test_the_stamp_says_what_is_installed_for_whom(place, steps):
    run.prepare("test")
    stamp = json.loads(run.STAMP.read_text())
    assert stamp == {
        "interpreter": run.interpreter(),
        "runtime": run.fingerprint("runtime"),
        "test": run.fingerprint("test"),
    }
