"""The rules of the house as pure functions over one source file; test_architecture.py holds the lists and applies them."""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

PRODUCT = ("api", "sync", "quality", "checklists", "dispatch", "kernel", "cli", "bench")
BANNED_NAMES = frozenset(
    ["util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "misc", "config"]
)
LONGEST_FILE = 400
LONGEST_FUNCTION = 80
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
GENERATED = re.compile(
    r"(^|/)(__pycache__|\.venv|node_modules|htmlcov|dist|[^/]+\.egg-info|\.[a-z_]+_cache|\.hypothesis)/"
    r"|(^|/)\.coverage|\.(pyc|so|log|db|sqlite3?|rdb|aof|sock)$|\.rejects\.csv$|^data/"
)


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root of the project, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def folder(self) -> str:
        """Where it lies, with a slash at the end."""
        return str(PurePosixPath(self.path).parent) + "/"

    @property
    def package(self) -> str:
        """The top-level folder it is in; for a file at the root, its name."""
        return PurePosixPath(self.path).parts[0]

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield its functions and methods, at any depth."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def names(self) -> Iterator[tuple[int, str]]:
        """Yield every imported name that is mentioned, in full, with its line: `time.time` also for `from time import time`."""
        full = dict(self._imported())
        yield from ((line, name) for _, (line, name) in full.items())
        for node in ast.walk(self.tree):
            dotted = _dotted(node)
            if dotted and dotted[0] in full:
                yield node.lineno, ".".join([full[dotted[0]][1], *dotted[1:]])  # type: ignore[attr-defined]

    def _imported(self) -> Iterator[tuple[str, tuple[int, str]]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.split(".")[0]
                    yield alias.asname or first, (node.lineno, alias.name if alias.asname else first)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield alias.asname or alias.name, (node.lineno, f"{node.module}.{alias.name}")


def _dotted(node: ast.AST) -> list[str]:
    """Read `a.b.c` as its parts; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else []


def uses(source: Source, names: Collection[str]) -> list[str]:
    """Find where these names are used, or anything inside of them."""
    found = {
        line: name for line, used in source.names() for name in names if used == name or used.startswith(name + ".")
    }
    return [f"{source.path}:{line} uses {name}" for line, name in sorted(found.items())]


def calls_method(source: Source, methods: Collection[str]) -> list[str]:
    """Find calls of methods of these names, whatever the object."""
    return [
        f"{source.path}:{node.lineno} calls .{node.func.attr}()"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods
    ]


def imports_models_of_others(source: Source, households: Collection[str] = ()) -> list[str]:
    """Find imports of the mapped classes of another slice than the one that the file is in, households sharing theirs."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            continue
        for module in modules:
            package, *_ = slice_path = module.split(".")[:-1] or [module]
            owner = [package] if package in households else slice_path
            if (
                module.endswith(".models")
                and package in PRODUCT
                and not source.folder.startswith("/".join(owner) + "/")
            ):
                found.append(f"{source.path}:{node.lineno} imports {module}")
    return found


def bad_names(path: str) -> list[str]:
    """Find a folder or module in the path whose name says nothing about what is inside."""
    parts = PurePosixPath(path).with_suffix("").parts
    return [f"{path} is named {part}" for part in parts if part.removeprefix("test_") in BANNED_NAMES]


def long_file(source: Source) -> list[str]:
    """Tell whether a file is longer than one looks at."""
    lines = source.text.count("\n")
    return [f"{source.path} has {lines} lines, more than {LONGEST_FILE}"] if lines > LONGEST_FILE else []


def long_functions(source: Source) -> list[str]:
    """Find functions that are longer than one looks at, named `path::function`."""
    found = []
    for node in source.functions():
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > LONGEST_FUNCTION:
            found.append(f"{source.path}::{node.name} has {lines} lines, more than {LONGEST_FUNCTION}")
    return found


def no_docstring(source: Source) -> list[str]:
    """Tell whether a module does not say what it knows; an empty one has nothing to say."""
    return [] if ast.get_docstring(source.tree) or not source.text.strip() else [f"{source.path} has no docstring"]


def unfinished(source: Source) -> list[str]:
    """Find work that was put off: in comments, or as an error that says so."""
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    found = [
        f"{source.path}:{token.start[0]} says {match[0]}"
        for token in tokens
        if token.type == tokenize.COMMENT and (match := UNFINISHED.search(token.string))
    ]
    names = (node for node in ast.walk(source.tree) if isinstance(node, ast.Name))
    return found + [f"{source.path}:{node.lineno} raises it" for node in names if node.id == "NotImplementedError"]


def has_logic(source: Source) -> bool:
    """Tell whether a module does something that a test can show, rather than only declare."""
    return any(True for _ in source.functions())


def place_of_test(path: str) -> str:
    """Return where the tests of a module belong: `tests/` mirrors the tree."""
    place = PurePosixPath(path)
    return str(PurePosixPath("tests") / place.parent / f"test_{place.name}")


def is_generated(path: str) -> bool:
    """Tell whether a file is made from others, or by running the product, and has no place in the repository."""
    return GENERATED.search(path) is not None
