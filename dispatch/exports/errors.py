"""What may be refused about exports, and what may keep one from being written."""

from kernel.errors import Kind, declare

UNKNOWN = declare("export.unknown", Kind.NOT_FOUND, "You have no such export.", "您没有该导出任务。")
STATE_WRONG = declare(
    "export.state_wrong",
    Kind.CONFLICT,
    "This is not possible as the export stands.",
    "该导出任务的当前状态不允许此操作。",
)
ID_TAKEN = declare(
    "export.id_taken", Kind.CONFLICT, "This id is used for another export.", "该编号已用于其他导出任务。"
)
NOT_DONE = declare(
    "export.not_done",
    Kind.CONFLICT,
    "The file is not written yet; ask again in a moment.",
    "文件尚未生成，请稍后再试。",
    retryable=True,
)
OVER = declare("export.over", Kind.GONE, "The file is no longer kept; export again.", "文件已过期删除，请重新导出。")
TOO_MANY = declare(
    "export.too_many",
    Kind.TOO_MANY,
    "You have as many exports as one may have; wait for one, or delete one.",
    "您的导出任务已达上限，请等待完成或删除旧任务。",
    retryable=True,
)
TOO_MANY_ROWS = declare(
    "export.too_many_rows",
    Kind.INVALID,
    "The list is too long for one file; filter it.",
    "数据行数过多，请缩小筛选范围。",
)
COLUMN_UNKNOWN = declare(
    "export.column_unknown", Kind.INVALID, "There is no such column, or it is named twice.", "没有该列，或列名重复。"
)
PERSON_GONE = declare(
    "export.person_gone",
    Kind.CONFLICT,
    "Whoever wanted this export has no account any more.",
    "发起该导出任务的账号已停用。",
)
BROKEN = declare(
    "export.broken",
    Kind.CONFLICT,
    "The file could not be written; the log of the worker says why.",
    "文件无法生成，原因请查看后台日志。",
)
