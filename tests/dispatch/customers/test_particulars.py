from uuid import UUID

import pytest

from dispatch.customers.particulars import NewCustomer, NewSite, check_position, tidy_customer, tidy_site
from dispatch.territory.places import Places
from kernel.errors import DomainError

KEY = UUID(int=1)
HERE = Places(UUID(int=2))


@pytest.mark.parametrize(
    ("lat", "lon"), [(None, None), (0, 0), (90, 180), (-90.0, -180.0), (33.78, 119.27), (1e-300, -0.0)]
)
def test_a_position_on_earth_will_do_and_so_does_none(lat, lon):
    check_position(lat, lon)


@pytest.mark.parametrize(
    ("lat", "lon", "field"),
    [
        (90.001, 0, "lat"),
        (-91, 0, "lat"),
        (119.27, 33.78, "lat"),
        (0, 180.001, "lon"),
        (0, -181, "lon"),
        (float("nan"), 0, "lat"),
        (0, float("inf"), "lon"),
        (None, 119.27, "lat"),
        (33.78, None, "lon"),
    ],
)
def test_what_is_no_position_is_refused_with_its_path(lat, lon, field):
    with pytest.raises(DomainError) as refusal:
        check_position(lat, lon, "/sites/3")
    assert refusal.value.code == "customers.position_wrong"
    assert [problem.path for problem in refusal.value.fields] == [f"/sites/3/{field}"]


def test_texts_are_stored_without_blanks_around_them():
    customer = tidy_customer(NewCustomer(KEY, HERE, " 赵秀英 ", "\t100 0002 0001 ", vip=True))
    assert customer == NewCustomer(KEY, HERE, "赵秀英", "100 0002 0001", vip=True)
    assert tidy_customer(NewCustomer(KEY, HERE, "赵秀英", "  ")).phone is None
    site = tidy_site(NewSite(KEY, KEY, HERE, " 红日大道 8 号", 33.78, 119.27))
    assert site == NewSite(KEY, KEY, HERE, "红日大道 8 号", 33.78, 119.27)


@pytest.mark.parametrize(
    ("check", "field"),
    [
        (lambda: tidy_customer(NewCustomer(KEY, HERE, " "), "/customers/0"), "/customers/0/name"),
        (lambda: tidy_customer(NewCustomer(KEY, HERE, "x" * 121)), "/name"),
        (lambda: tidy_customer(NewCustomer(KEY, HERE, "x", "1" * 33)), "/phone"),
        (lambda: tidy_site(NewSite(KEY, KEY, HERE, "")), "/address"),
        (lambda: tidy_site(NewSite(KEY, KEY, HERE, "x" * 301), "/sites/2"), "/sites/2/address"),
        (lambda: tidy_site(NewSite(KEY, KEY, HERE, "x", 91, 0), "/sites/2"), "/sites/2/lat"),
    ],
)
def test_each_field_that_is_wrong_is_named(check, field):
    with pytest.raises(DomainError) as refusal:
        check()
    assert [problem.path for problem in refusal.value.fields] == [field]
