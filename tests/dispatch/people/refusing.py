"""Calls that are refused: their error, and the fields it names."""

from collections.abc import Callable
from typing import Any

import pytest

from kernel.errors import DomainError


def refusal(call: Callable[..., Any], *args: Any, **kwargs: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def refused_at(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[str, list[str]]:
    error = refusal(call, *args, **kwargs)
    return error.code, [problem.path for problem in error.fields]
