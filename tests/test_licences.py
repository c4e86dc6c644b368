"""The locks are whole and agree with setup.cfg, and docs/licences.md with the locks."""

import configparser
import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import licences
from tests.licences import PAGE, ROOT, RUNTIME_LOCK, TEST_LOCK, pins


def required(section, key):
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    return [Requirement(line) for line in setup[section][key].split("\n") if line.strip()]


RUNTIME = required("options", "install_requires") + required("options.extras_require", "build")
TEST = required("options.extras_require", "test")


@pytest.mark.parametrize(
    ("lock", "requirement"),
    [(RUNTIME_LOCK, each) for each in RUNTIME] + [(TEST_LOCK, each) for each in RUNTIME + TEST],
    ids=str,
)
def test_the_lock_has_what_the_project_asks_for(lock, requirement):
    found = [version for name, version in pins(lock) if name == canonicalize_name(requirement.name)]
    assert found, "setup.cfg asks for what the lock does not have: make lock docs"
    assert all(version in requirement.specifier for version in found), (
        "the lock is older than setup.cfg: make lock docs"
    )


def test_what_is_installed_lacks_nothing_that_it_asks_for():
    """The set-up installs the locks without resolving anything, so they have to be complete."""
    installed = {canonicalize_name(one.metadata["Name"]): one for one in metadata.distributions()}
    lacking = [
        f"{name} asks for {requirement}"
        for name in {each for each, _ in pins(TEST_LOCK)} & set(installed)
        for requirement in map(Requirement, installed[name].requires or ())
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if (found := installed.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(found.version, prereleases=True)
    ]
    assert lacking == []


def test_the_tests_run_on_the_versions_that_the_product_runs_on():
    assert set(pins(RUNTIME_LOCK)) <= set(pins(TEST_LOCK))


@pytest.mark.parametrize("lock", [RUNTIME_LOCK, TEST_LOCK], ids=lambda lock: lock.name)
def test_every_pin_has_hashes_and_no_place(lock):
    text = lock.read_text("utf-8")
    assert "://" not in text
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(lock))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_page_lists_exactly_what_the_locks_pin():
    listed = re.findall(r"^\| ([a-z0-9._-]+) \| (\d\S*) \| (.+) \|$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    assert sorted((name, version) for name, version, _ in listed) == sorted(pins(TEST_LOCK)), (
        "docs/licences.md is stale: make docs"
    )


def test_every_package_declares_a_licence():
    assert not [name for name, _ in pins(TEST_LOCK) if not licences.licence(name)]
