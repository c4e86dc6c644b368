"""What may be refused about tables that people bring in, whatever they are about."""

from kernel.errors import Kind, declare

NO_TABLE = declare("table.unreadable", Kind.INVALID, "The file cannot be read as a table.", "文件无法作为表格读取。")
