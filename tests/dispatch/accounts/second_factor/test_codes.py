from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from dispatch.accounts.second_factor import codes
from tests.conftest import NOW

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the 20 bytes "12345678901234567890" of RFC 6238, appendix B
SECRET = codes.new_secret()
STEP = codes.step_at(NOW)


def code_at(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


@pytest.mark.parametrize(
    ("seconds", "code"),
    # The last six of the eight digits that the appendix gives for SHA-1.
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)
    assert codes.step_of(RFC_SECRET, code, last=None, now=at) == seconds // 30


@pytest.mark.parametrize(("drift", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_off_by_one_step_and_no_more(drift, taken):
    found = codes.step_of(SECRET, code_at(STEP + drift), last=None, now=NOW)
    assert found == (STEP + drift if taken else None)


@pytest.mark.parametrize(
    ("last", "of", "taken"),
    [
        (STEP - 1, STEP, True),
        (STEP, STEP, False),
        (STEP, STEP - 1, False),
        (STEP + 1, STEP, False),
        (STEP + 1, STEP + 1, False),
        # The clock was set back since: what was taken then keeps nobody out until that time comes again.
        (STEP + 2, STEP, True),
        (STEP + 999_999, STEP, True),
    ],
)
def test_a_step_is_taken_once_and_none_before_it(last, of, taken):
    assert (codes.step_of(SECRET, code_at(of), last=last, now=NOW) is not None) is taken


def test_a_step_is_thirty_seconds_by_the_clock_wherever_one_is():
    assert {codes.step_at(NOW + timedelta(seconds=after)) for after in range(30)} == {STEP}
    assert codes.step_at(NOW + timedelta(seconds=30)) == STEP + 1
    assert codes.step_of(SECRET, "000000", last=None, now=datetime.fromtimestamp(0, UTC)) is None


@pytest.mark.parametrize("typed", ["287 082", " 287082\n", "２８７０８２"])
def test_however_it_was_typed_it_is_the_same_code(typed):
    assert codes.spelt(typed) == "287082"
    assert codes.is_of_app(codes.spelt(typed))


@pytest.mark.parametrize("typed", ["28708", "2870821", "28708x", "", "٢٨٧٠٨٢", "²²²²²²x"])
def test_what_is_no_code_of_an_app_is_told_by_its_form(typed):
    assert not codes.is_of_app(codes.spelt(typed))


def test_an_app_reads_whose_and_which_code_it_is_from_the_address():
    read = pyotp.parse_uri(codes.address_of(SECRET, "wang.fang@例"))
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.name, read.issuer) == (SECRET, "wang.fang@例", codes.ISSUER)
    assert (read.digits, read.interval) == (6, 30)
    assert len(read.byte_secret()) == codes.SECRET_BYTES
