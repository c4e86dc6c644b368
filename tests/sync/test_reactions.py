"""Which events a process acts on by its settings."""

from dataclasses import replace

from dispatch.geocoding.subjects import AddressesToLookUp, AddressLookedUp
from kernel.settings import Settings
from sync.reactions import HANDLERS, handlers_of


def test_addresses_are_put_on_the_list_only_where_a_provider_is_configured():
    none = Settings.from_environment({})
    assert handlers_of(none) == HANDLERS
    assert AddressesToLookUp not in HANDLERS
    some = replace(none, geocoder="nominatim")
    assert handlers_of(some).keys() - HANDLERS.keys() == {AddressesToLookUp}
    # What was looked up before the provider was taken away still counts.
    assert AddressLookedUp in HANDLERS
