"""A phone reckons what a line comes to; that it comes to the same as the server's is in test_signing.py."""

from bench.simulator.charging import PLAIN, line, totals


def test_what_is_charged_is_added_up_and_what_is_not_makes_no_total():
    visit = line("1", {"text": "上门费", "unit_price": "80.5", "quantity": "2", "discount_percent": "10"}, PLAIN)
    part = line("2", {"text": "接头", "kind": "part"}, PLAIN)
    assert (visit["total"], visit["discount"], part["unit_price"]) == ("144.90", "16.10", None)
    (total,) = totals([visit, part], PLAIN)
    assert (total["gross"], total["total"]) == ("161.00", "144.90")
    assert totals([part], PLAIN) == []


def test_a_tax_on_top_is_added():
    rules = {**PLAIN, "tax_percent": "6", "tax_included": False}
    assert line("1", {"text": "x", "unit_price": "80"}, rules)["total"] == "84.80"
