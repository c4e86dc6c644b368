"""The words about photos and signatures: what is known of one, the sizes of thumbnails, clocks."""

from enum import StrEnum


class MediaState(StrEnum):
    """What is known of a file: that it is to come, that it is here, or that it did not come in time."""

    AWAITED = "awaited"
    VERIFIED = "verified"
    OVERDUE = "overdue"


class ThumbnailSize(StrEnum):
    """Small for lists (320 pixels), medium for looking at it over a slow network (1280 pixels)."""

    SMALL = "small"
    MEDIUM = "medium"


class ClockBasis(StrEnum):
    """By which clock a picture was taken: the camera's with its offset, or taken to be the region's; the satellites'."""

    OFFSET = "offset"
    REGION = "region"
    GPS = "gps"


class Doubt(StrEnum):
    """What does not fit between a picture and what was told of it."""

    OTHER_TIME = "other_time"
    OTHER_PLACE = "other_place"
