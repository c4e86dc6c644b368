import pytest

from dispatch.single_sign_on.returning import LONGEST, check_address, with_answer
from kernel.errors import DomainError

APP = "org.example.app:/signed-in"


@pytest.mark.parametrize(
    ("address", "answered"),
    [
        ("/", "/#code=fbo_x%3D"),
        ("/console/orders?day=today", "/console/orders?day=today#code=fbo_x%3D"),
        ("http://127.0.0.1:49152/done", "http://127.0.0.1:49152/done?code=fbo_x%3D"),
        ("http://[::1]:80/?a=b", "http://[::1]:80/?a=b&code=fbo_x%3D"),
        (APP, f"{APP}?code=fbo_x%3D"),
        ("https://console.example.org/", "https://console.example.org/#code=fbo_x%3D"),
    ],
)
def test_pages_get_the_answer_where_no_log_sees_it_and_programs_where_they_can_read_it(address, answered):
    allowed = (APP, "https://console.example.org/")
    assert with_answer(check_address(address, allowed, loopback=True), code="fbo_x=") == answered


@pytest.mark.parametrize(
    "address",
    [
        "", "evil", "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/ok\\..", "/a\r\nX: y",
        "/ä", "/#x", "javascript:alert(1)", "data:text/html,x", "https://127.0.0.1:1/", "http://127.0.0.1/", "http://127.0.0.1.evil.example:80/",
        "http://127.0.0.1:80@evil.example/", "http://localhost:80/", f"{APP}2", APP.upper(), "/" + "x" * LONGEST,
    ],
)  # fmt: skip
def test_nobody_is_sent_anywhere_else(address):
    with pytest.raises(DomainError) as refused:
        check_address(address, (APP,), loopback=True)
    assert (refused.value.code, refused.value.fields[0].path) == ("sso.next_refused", "/next")


def test_a_program_on_ones_own_machine_is_an_address_only_where_the_operator_allows_it():
    with pytest.raises(DomainError):
        check_address("http://127.0.0.1:49152/done")
