"""The words of exports: how far one is, and what its file is."""

from enum import StrEnum


class ExportState(StrEnum):
    """How far an export is. `expired`: its file was removed when its time was over; `discarded`: its person wants none of it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    EXPIRED = "expired"
    DISCARDED = "discarded"


ACTIVE = (ExportState.WAITING, ExportState.RUNNING)
"""States in which a worker has something to do."""


class ExportFormat(StrEnum):
    """What a file is: text with a byte order mark, or a workbook of one sheet."""

    CSV = "csv"
    XLSX = "xlsx"


class Language(StrEnum):
    """Languages of headings and of the file's name."""

    ENGLISH = "en"
    CHINESE = "zh-CN"
