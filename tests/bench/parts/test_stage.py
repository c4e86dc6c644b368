import pytest

from bench.parts.stage import race, verdict


def test_two_take_turns_and_what_prepares_them_is_not_measured():
    seen = []
    few, many = race(2, lambda: seen.append("few"), lambda: seen.append("many"), prepare=[lambda: seen.append("ready")])
    assert seen == ["ready", "few", "many"] * 2
    assert few >= 0
    assert many >= 0


@pytest.mark.parametrize(("many", "status"), [(1.5, 0), (1.51, 1)])
def test_a_ratio_stands_beside_its_limit(capsys, many, status):
    assert verdict("a list", 1.0, many, 1.5) == status
    assert capsys.readouterr().out.startswith("a list: 1,000.00 ms and ")
