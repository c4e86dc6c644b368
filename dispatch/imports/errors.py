"""What may be refused about imports, and what may be wrong with a line of one."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "import.unknown", Kind.NOT_FOUND, "There is no such import in your scope.", "在您的权限范围内没有该导入任务。"
)
STATE_WRONG = declare(
    "import.state_wrong",
    Kind.CONFLICT,
    "This is not possible as the import stands.",
    "该导入任务的当前状态不允许此操作。",
)
ID_TAKEN = declare(
    "import.id_taken", Kind.CONFLICT, "This id is used for another import.", "该编号已用于其他导入任务。"
)
COLUMNS_MISSING = declare(
    "import.columns_missing",
    Kind.INVALID,
    "Columns that are needed are not there; say which column is what.",
    "缺少必需的列，请指定各列的含义。",
)
COLUMN_UNKNOWN = declare(
    "import.column_unknown",
    Kind.INVALID,
    "The file has no such column, or several.",
    "文件中没有该列，或有多个同名列。",
)
OPTION_WRONG = declare("import.option_wrong", Kind.INVALID, "This option cannot be used.", "该选项无法使用。")
TOO_MANY_ROWS = declare(
    "import.too_many_rows", Kind.INVALID, "The file has too many lines; split it.", "文件行数过多，请拆分后导入。"
)
PERSON_GONE = declare(
    "import.person_gone",
    Kind.CONFLICT,
    "Whoever wanted this import has no account any more.",
    "发起该导入任务的账号已停用。",
)
BROKEN = declare(
    "import.broken",
    Kind.CONFLICT,
    "The import cannot go on; the log of the worker says why.",
    "导入无法继续，原因请查看后台日志。",
)
LINE_UNREADABLE = declare("bad_csv", Kind.INVALID, "The line is no CSV.", "该行不是有效的 CSV。")
ENCODING_WRONG = declare(
    "bad_encoding", Kind.INVALID, "The line has bytes that are not of the file's encoding.", "该行含有编码错误的字节。"
)
COLUMNS_WRONG = declare(
    "wrong_columns", Kind.INVALID, "The line has other columns than the header.", "该行的列数与表头不一致。"
)
DUPLICATE_IN_FILE = declare(
    "duplicate_in_file", Kind.INVALID, "An earlier line is about the same.", "文件中前面已有相同的记录。"
)
LINE_REFUSED = declare("import.line_refused", Kind.INVALID, "The line cannot be stored.", "该行无法保存。")
CELL_WRONG = declare("import.cell_wrong", Kind.INVALID, "This cell cannot be used.", "该单元格的内容无法使用。")
UNDO_UPDATED = declare(
    "import.undo_updated",
    Kind.CONFLICT,
    "The line changed something that was there before; it stays as it is.",
    "该行修改的是原有记录，保持不变。",
)
UNDO_BEGUN = declare(
    "import.undo_begun",
    Kind.CONFLICT,
    "Somebody has begun with the order, or another request has joined it.",
    "工单已开始处理，或已并入其他报修单。",
)
UNDO_ENDED = declare(
    "import.undo_ended", Kind.CONFLICT, "The order has ended since; it stays.", "工单已在导入后结束，予以保留。"
)
UNDO_GONE = declare(
    "import.undo_gone",
    Kind.CONFLICT,
    "It is not there, or not yours any more.",
    "该对象已不存在，或不在您的权限范围内。",
)
UNDO_IN_USE = declare("import.undo_in_use", Kind.CONFLICT, "Something else refers to it.", "该对象已被引用。")
