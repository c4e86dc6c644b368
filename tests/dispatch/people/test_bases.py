import pytest

from dispatch.people.bases import base_of, set_base
from dispatch.territory.coordinates import CoordinateSystem
from kernel.errors import DomainError
from tests import factories


def test_a_base_is_kept_in_wgs84_and_taken_back(uow):
    one = factories.technician(uow, factories.places(uow))
    assert base_of(uow, one) is None
    set_base(uow, technician_id=one, lat=33.78, lon=119.26, coordinate_system=CoordinateSystem.GCJ02)
    lat, lon = base_of(uow, one)
    assert 0.001 < 33.78 - lat + 119.26 - lon < 0.02
    set_base(factories.acting(uow, one), technician_id=one, lat=None, lon=None)
    assert base_of(uow, one) is None


def test_a_colleague_neither_sees_nor_sets_it(uow):
    place = factories.places(uow)
    one, other = factories.technician(uow, place), factories.technician(uow, place)
    stranger = factories.acting(uow, other)
    with pytest.raises(DomainError) as unseen:
        base_of(stranger, one)
    with pytest.raises(DomainError) as unset:
        set_base(stranger, technician_id=one, lat=1.0, lon=1.0)
    assert unseen.value.code == unset.value.code == "people.unknown"
