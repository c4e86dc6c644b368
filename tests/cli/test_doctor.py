import json

from cli.doctor import describe
from cli.looks import Finding, State


def test_it_says_in_words_what_is_wrong_and_what_to_do(command, tmp_path):
    said = command("doctor", "--data-dir", str(tmp_path / "none"))
    assert said.returncode == 1
    assert said.stderr == ""
    assert f"bad   folder      There is no data folder {tmp_path / 'none'}." in said.stdout
    assert "→ `fieldbeat up` makes it." in said.stdout
    assert said.stdout.splitlines()[-1].startswith("Wrong: 3.")


def test_machines_get_a_list(command, tmp_path):
    said = command("doctor", "--json", "--data-dir", str(tmp_path / "none"))
    assert said.returncode == 1
    findings = {one["name"]: one for one in json.loads(said.stdout)}
    assert findings["folder"]["state"] == "bad"
    assert findings["folder"]["do"]


def test_a_healthy_product_is_told_in_a_line():
    lines = describe([Finding("disk", State.OK, "Plenty.")]).splitlines()
    assert lines == ["ok    disk        Plenty.", "", "All is well."]
