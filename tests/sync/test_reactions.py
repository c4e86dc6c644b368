"""Which events a process acts on by its settings."""

from dataclasses import replace

from dispatch.accounts.events import AccountClosed
from dispatch.geocoding.subjects import AddressesToLookUp, AddressLookedUp
from kernel.settings import Settings
from sync.devices.leaving import on_account_closed
from sync.reactions import HANDLERS, handlers_of


def test_addresses_are_put_on_the_list_only_where_a_provider_is_configured():
    none = Settings.from_environment({})
    assert handlers_of(none).keys() == HANDLERS.keys()
    assert AddressesToLookUp not in HANDLERS
    some = replace(none, geocoder="nominatim")
    assert handlers_of(some).keys() - HANDLERS.keys() == {AddressesToLookUp}
    # What was looked up before the provider was taken away still counts.
    assert AddressLookedUp in HANDLERS


def test_phones_of_who_leaves_hand_in_for_as_long_as_the_settings_say():
    for days in (0, 30):
        settings = replace(Settings.from_environment({}), push_grace_days=days)
        *_, ours = handlers_of(settings)[AccountClosed]
        assert (ours.func, ours.keywords) == (on_account_closed, {"grace_days": days})
