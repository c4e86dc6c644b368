"""Which events of its rooms the dispatch acts on itself; the wiring of the packages above takes them over."""

from dispatch.accounts.events import (
    AccountClosed,
    AccountOpened,
    KeyWritten,
    PersonChanged,
    RefreshTokenReused,
    SecondFactorChanged,
    SecondFactorGuessed,
)
from dispatch.assets import relocating as assets
from dispatch.assets.events import AssetCorrected, AssetsMoved
from dispatch.assignment import absent, declining, offer_keeping, offer_retelling
from dispatch.assignment import rule_of as assignment_rules
from dispatch.assignment.service import on_requests_placed, on_rounds_generated
from dispatch.calendar_feeds import service as calendar_feeds
from dispatch.consultations import relocating as consultations
from dispatch.consultations import retelling as consultations_retelling
from dispatch.customers import locating as customers_locating
from dispatch.customers import relocating as customers
from dispatch.customers.events import CustomerChanged, SiteChanged
from dispatch.fees import relocating as fees
from dispatch.geocoding.service import on_addresses_to_look_up
from dispatch.geocoding.subjects import AddressesToLookUp, AddressLookedUp
from dispatch.incidents import relocating as incidents
from dispatch.notifications import guarding
from dispatch.notifications import leaving as notifications_leaving
from dispatch.notifications import relocating as notifications
from dispatch.outages import relocating as outages
from dispatch.outages.explaining import on_request_arriving, on_request_explained
from dispatch.people import standing as people
from dispatch.people.events import AbsenceApproved, AbsenceCancelled
from dispatch.requests import locating as requests_locating
from dispatch.requests import relocating as requests
from dispatch.requests.events import HistoryWritten, RequestArriving, RequestExplained, RequestsPlaced
from dispatch.requests.following import on_orders_created, on_orders_moved
from dispatch.rounds import following as rounds_following
from dispatch.rounds import relocating as rounds
from dispatch.rounds.events import RoundsGenerated
from dispatch.single_sign_on import service as single_sign_on
from dispatch.sla.service import on_pilot_starting
from dispatch.territory import leaving as territory
from dispatch.territory.events import Appointed, PlaceRetired, PlacesMoved
from dispatch.territory.pilot_events import PilotStarting
from dispatch.webhooks import capturing as webhooks
from dispatch.work_orders import contacts
from dispatch.work_orders import relocating as work_orders
from dispatch.work_orders.equipment import on_asset_corrected, on_assets_moved, on_site_changed
from dispatch.work_orders.events import (
    OrderReprioritised,
    OrdersArchived,
    OrdersCreated,
    OrdersMoved,
    OrdersRevoked,
    TimelineWritten,
)
from kernel.unit_of_work import Handlers

HANDLERS: Handlers = {
    AddressLookedUp: (customers_locating.on_address_looked_up, requests_locating.on_address_looked_up),
    RequestsPlaced: (on_requests_placed,),
    RequestArriving: (on_request_arriving,),
    RequestExplained: (on_request_explained,),
    RoundsGenerated: (on_rounds_generated,),
    AccountClosed: (
        territory.on_account_closed,
        calendar_feeds.on_account_closed,
        single_sign_on.on_account_closed,
        notifications_leaving.on_account_closed,
    ),
    AccountOpened: (territory.on_account_opened, people.on_account_opened),
    PersonChanged: (
        contacts.on_person_changed,
        consultations_retelling.on_person_changed,
        offer_retelling.on_person_changed,
    ),
    RefreshTokenReused: (guarding.on_refresh_token_reused,),
    KeyWritten: (guarding.on_key_written,),
    SecondFactorChanged: (guarding.on_second_factor_changed,),
    SecondFactorGuessed: (guarding.on_second_factor_guessed,),
    Appointed: (people.on_appointed,),
    # People first: whether an order is stranded is asked once everybody is where they will be.
    PlacesMoved: (
        people.on_places_moved,
        customers.on_places_moved,
        assets.on_places_moved,
        notifications.on_places_moved,
        work_orders.on_places_moved,
        incidents.on_places_moved,
        consultations.on_places_moved,
        fees.on_places_moved,
        requests.on_places_moved,
        offer_keeping.on_places_moved,
        rounds.on_places_moved,
        outages.on_places_moved,
    ),
    PlaceRetired: (people.on_place_retired, work_orders.on_place_retired, rounds.on_place_retired),
    AssetsMoved: (on_assets_moved,),
    AssetCorrected: (on_asset_corrected,),
    TimelineWritten: (webhooks.on_timeline_written,),
    HistoryWritten: (webhooks.on_history_written,),
    SiteChanged: (on_site_changed,),
    CustomerChanged: (contacts.on_customer_changed,),
    OrderReprioritised: (consultations_retelling.on_order_reprioritised, offer_retelling.on_order_reprioritised),
    PilotStarting: (on_pilot_starting, assignment_rules.on_pilot_starting),
    OrdersCreated: (on_orders_created, rounds_following.on_orders_created),
    AbsenceApproved: (absent.on_absence_approved,),
    AbsenceCancelled: (absent.on_absence_cancelled,),
    OrdersRevoked: (offer_keeping.on_orders_revoked,),
    OrdersArchived: (consultations_retelling.on_orders_archived,),
    # What was declined is given on last: whoever follows orders sees it come back first.
    OrdersMoved: (
        on_orders_moved,
        rounds_following.on_orders_moved,
        offer_keeping.on_orders_moved,
        declining.on_orders_moved,
    ),
}

GEOCODING: Handlers = {AddressesToLookUp: (on_addresses_to_look_up,)}
"""What is acted on besides where a provider of addresses is configured."""
