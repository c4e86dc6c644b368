"""What may be refused about calendars that people subscribe to."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "calendar_feed.unknown",
    Kind.NOT_FOUND,
    "There is no calendar at this address; it may have been replaced, or ended.",
    "此地址没有日历，可能已更换或停用。",
)
NOT_A_TECHNICIAN = declare(
    "calendar_feed.not_a_technician",
    Kind.FORBIDDEN,
    "Only technicians have a calendar of appointments.",
    "只有维护人员才有预约日历。",
)
