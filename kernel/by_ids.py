"""Rows by their ids, for documents that are read all the time: written once, and run past SQLAlchemy's session."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kernel.database import id_list, is_listed, is_postgres
from kernel.direct import Direct, Prepared


class ByIds:
    """A select of the rows whose column holds one of many ids; its other parameters are `bindparam`s with types.

    Rows come as named tuples.
    """

    def __init__(self, statement: Any, column: Any) -> None:
        self._plans = {
            postgres: Prepared(statement.where(is_listed(column, "ids", postgres=postgres)))
            for postgres in (False, True)
        }

    def rows(self, session: Session | Direct, ids: Collection[UUID | str], **values: Any) -> list[Any]:
        """Return the rows of these ids; none is asked for without ids."""
        if not ids:
            return []
        return self._plans[is_postgres(session)].named_rows(session, ids=id_list(session, ids), **values)
