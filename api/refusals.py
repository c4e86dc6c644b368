"""Which refusals an operation may answer with: found by following its view through the services that it calls.

A service raises what its room declares (`errors.py`). What a function names, and what the functions that it names name, is read
from their code, so that the description of an operation follows the code by itself. A code may be named that a view never
lets happen; that every one is named that does happen is held by each test of the API (tests/api/witness.py).
"""

import dis
import functools
import inspect
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

from api import calling
from kernel.errors import ErrorCode
from kernel.unit_of_work import Handlers

OURS = frozenset({"api", "dispatch", "checklists", "quality", "sync", "kernel"})
_GLOBAL, _MEMBER = frozenset({"LOAD_GLOBAL", "LOAD_NAME"}), frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_WRAPPERS = (functools.partial, property, staticmethod, classmethod, type(functools.cache(len)))


class Named(NamedTuple):
    """What a piece of code names: values of ours, and members of what is made while it runs, by their names alone."""

    values: tuple[Any, ...] = ()
    members: frozenset[str] = frozenset()


class Search:
    """Everything that may run when a view does."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers
        self.codes: set[ErrorCode] = set()
        # What these refuse follows from the form of an operation, not from its view.
        self._seen = {id(calling.known_by_token), id(calling.admit)}
        self._members: set[str] = set()
        self._unasked: dict[str, list[Any]] = {}
        """Methods of classes that were met, by their names, until something asks for such a member."""

    def follow(self, start: Any) -> None:
        """Follow a value to everything that it names."""
        waiting = [start]
        while waiting:
            value = waiting.pop()
            if isinstance(value, ErrorCode):
                self.codes.add(value)
            elif id(value) not in self._seen:
                self._seen.add(id(value))
                waiting += self._next(value)

    def _next(self, value: Any) -> Iterable[Any]:
        if isinstance(value, type):
            return [*self._methods(value), *self._handlers.get(value, ())] if _is_ours(value) else ()
        named = _named(value)
        fresh = named.members - self._members
        self._members |= fresh
        return [*named.values, *(method for name in fresh for method in self._unasked.pop(name, ()))]

    def _methods(self, kind: type) -> Iterator[Any]:
        for name, method in _methods(kind):
            if name.startswith("__") or name in self._members:
                yield method
            else:
                self._unasked.setdefault(name, []).append(method)


def of_view(view: Any, handlers: Handlers) -> frozenset[ErrorCode]:
    """Return the codes that a view, what it calls, or what acts on its events may raise."""
    search = Search(handlers)
    search.follow(inspect.unwrap(view))
    return frozenset(search.codes)


def _named(value: Any) -> Named:
    if isinstance(value, FunctionType):
        return _of_function(value) if _is_ours(value) else Named()
    if isinstance(value, dict):
        return Named(tuple(value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return Named(tuple(value))
    if isinstance(value, _WRAPPERS):
        inside = (getattr(value, name, None) for name in ("func", "fget", "__func__", "__wrapped__"))
        return Named(tuple(one for one in inside if isinstance(one, FunctionType)))
    return Named((type(value),))


def _is_ours(value: Any) -> bool:
    return (value.__module__ or "").partition(".")[0] in OURS


@functools.cache
def _methods(kind: type) -> tuple[tuple[str, Any], ...]:
    own = [(name, value) for name, value in vars(kind).items() if not isinstance(value, str)]
    bases = [method for base in kind.__bases__ if _is_ours(base) for method in _methods(base)]
    return tuple(own + bases)


@functools.cache
def _of_function(function: FunctionType) -> Named:
    inside = tuple(cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell))
    values: dict[int, Any] = {}
    members: set[str] = set()
    _read(function.__code__, function.__globals__, values, members)
    return Named((*values.values(), *inside), frozenset(members))


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _read(code: CodeType, names: dict[str, Any], values: dict[int, Any], members: set[str]) -> None:
    """Gather the globals that a code names, what it reaches through modules, and the names of all other members."""
    at: Any = None
    for step in dis.get_instructions(code):
        if step.opname in _GLOBAL:
            at = names.get(step.argval)
        elif step.opname in _MEMBER and isinstance(at, ModuleType):
            at = getattr(at, step.argval, None)
        elif step.opname in _MEMBER:
            members.add(step.argval)
            # A class may be what is asked: its function, or a value of its own.
            at = None
        elif isinstance(step.argval, CodeType):
            _read(step.argval, names, values, members)
        if at is not None and not isinstance(at, ModuleType):
            values[id(at)] = at
