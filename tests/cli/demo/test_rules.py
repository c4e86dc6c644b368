"""The rules of the demo can be read, and tell the reports of the demo apart."""

import pytest

from cli.demo.rules import RULES
from cli.demo.work import KINDS
from dispatch.fees import policy as fees
from dispatch.requests import policy as requests

REPORTS = [(kind.code, *report) for kind in KINDS if not kind.at_facility for report in kind.reports]


@pytest.mark.parametrize(("code", "title", "description"), REPORTS)
def test_what_customers_of_the_demo_say_is_told_apart(code, title, description):
    found = requests.classify(requests.read_policy(RULES[requests.SUBJECT]), None, title, description)
    assert found is not None
    assert found.work_type == code


def test_rules_speak_of_kinds_of_work_that_there_are():
    known = {kind.code for kind in KINDS}
    assert {rule.work_type for rule in requests.read_policy(RULES[requests.SUBJECT]).rules} <= known


def test_the_price_list_can_be_read():
    assert fees.read_rules(RULES[fees.SUBJECT]).items["visit"].price == 30
