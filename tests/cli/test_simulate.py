"""The command plays a day against a server, and its exit status is the verdict."""

import pytest

from tests.bench.simulator.product import PASSWORD, furnish, serve
from tests.cli.running import fieldbeat
from tests.servers import Valkey


@pytest.fixture(scope="module")
def product(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    path = folder / "fieldbeat.db"
    path.write_bytes(sqlite_template.read_bytes())
    # A Redis of its own: the workers of this product take every job they see, also those of other tests.
    with Valkey() as valkey:
        furnish(folder, f"sqlite:///{path}", valkey.url)
        with serve(folder, f"sqlite:///{path}", valkey.url) as running:
            yield running


def simulate(product, *words, **settings):
    environment = {name: text for name, text in product.environment.items() if name.startswith("FIELDBEAT_")}
    return fieldbeat("simulate", "day", *words, **environment | settings)


def test_a_clean_day_ends_with_0_and_tells_its_figures(product):
    played = simulate(product, "--technicians", "1", "--orders", "2", "--chaos")
    assert (played.returncode, played.stderr) == (0, "")
    assert "1 technicians × 2 orders, seed 1" in played.stdout
    assert "lost 0, doubled 0, leaked 0, wrong 0" in played.stdout
    assert "worker killed" in played.stdout


def test_a_server_elsewhere_is_named_by_its_address(product):
    words = ("--technicians", "1", "--orders", "1", "--weather", "calm", "--url", product.url, "--password", PASSWORD)
    assert simulate(product, *words, FIELDBEAT_PORT="1").returncode == 0


def test_a_day_that_cannot_begin_is_one_sentence(product):
    away = simulate(product, FIELDBEAT_PORT="1")
    assert (away.returncode, away.stderr.count("\n")) == (1, 1)
    assert "ConnectionRefused" in away.stderr
    stranger = simulate(product, "--password", "wrong password")
    assert (stranger.returncode, stranger.stderr.count("\n")) == (1, 1)
    assert "401" in stranger.stderr
