"""Mappings for the open data of two cities, as they publish it, to start from."""

from dispatch.requests.channels import Channel
from dispatch.requests.mapping import ColumnMapping
from dispatch.sla.deadline import Priority
from dispatch.work_orders.lifecycle import Status

BOSTON = ColumnMapping(
    # data.boston.gov, "311 Service Requests". The times are the city's own, without an offset.
    source="boston",
    timezone="America/New_York",
    columns={
        "external_ref": "CASE_ENQUIRY_ID",
        "opened": "OPEN_DT",
        "closed": "CLOSED_DT",
        "target": "TARGET_DT",
        "status": "CASE_STATUS",
        "category": "REASON",
        "title": "CASE_TITLE",
        "address": "Location",
        "lat": "LATITUDE",
        "lon": "LONGITUDE",
        "zone": "neighborhood",
        "channel": "Source",
    },
    date_formats=("%Y-%m-%d %H:%M:%S",),
    statuses={"Open": Status.OPEN, "Closed": Status.CLOSED},
    channels={
        "Constituent Call": Channel.PHONE,
        "Citizens Connect App": Channel.APP,
        "City Worker App": Channel.STAFF,
        "Employee Generated": Channel.STAFF,
        "Self Service": Channel.WEB,
        "Twitter": Channel.WEB,
        "Maximo Integration": Channel.INTEGRATOR,
    },
    priorities={
        "Street Lights": Priority.PRIORITY,
        "Signs & Signals": Priority.EMERGENCY,
        "Needle Program": Priority.EMERGENCY,
        "Animal Issues": Priority.PRIORITY,
        "Building": Priority.PRIORITY,
    },
)

LOS_ANGELES = ColumnMapping(
    # data.lacity.org, "MyLA311 Service Request Data". `ServiceDate` is a day and no time, so it is no target.
    source="los-angeles",
    timezone="America/Los_Angeles",
    columns={
        "external_ref": "SRNumber",
        "opened": "CreatedDate",
        "closed": "ClosedDate",
        "status": "Status",
        "category": "RequestType",
        "address": "Address",
        "lat": "Latitude",
        "lon": "Longitude",
        "zone": "NC",
        "channel": "RequestSource",
    },
    date_formats=("%m/%d/%Y %I:%M:%S %p",),
    statuses={
        "Open": Status.OPEN,
        "Pending": Status.OPEN,
        "Closed": Status.CLOSED,
        "Cancelled": Status.CANCELLED,
        # Given to another agency: nothing is left to do for this one.
        "Referred Out": Status.CANCELLED,
    },
    channels={
        "Call": Channel.PHONE,
        "Voicemail": Channel.PHONE,
        "Mobile App": Channel.APP,
        "Self Service": Channel.WEB,
        "Email": Channel.MAIL,
        "Walk-in": Channel.WALK_IN,
        "Council's Office": Channel.STAFF,
        "Driver Self Report": Channel.STAFF,
    },
    priorities={
        "Single Streetlight Issue": Priority.PRIORITY,
        "Multiple Streetlight Issue": Priority.EMERGENCY,
        "Dead Animal Removal": Priority.PRIORITY,
        "Report Water Waste": Priority.PRIORITY,
    },
)

PRESETS = {"boston": BOSTON, "los-angeles": LOS_ANGELES}
