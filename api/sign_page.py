"""The page on which customers sign on their own phones: no login, nothing from outside, and no script needed for the code."""

import base64
import binascii
import io

from flask import Blueprint, Response

from api import files, transactions
from api.docs_page import page
from checklists.links import errors, queries, service
from checklists.links.states import LinkState
from checklists.media.service import Stored, store_picture
from kernel.errors import DomainError

pages = Blueprint("sign_page", __name__, template_folder="templates")
PICTURE = "data:image/png;base64,"
MOST_BYTES = 512 * 1024
FIELDS = ("name", "code", "drawing")


@pages.get("/sign/<string:token>")
def sign(token: str) -> Response:
    """Show what is to be signed, or why it cannot be signed any more."""
    return _show(token)


@pages.post("/sign/<string:token>")
def signed(token: str) -> Response:
    """Take the customer's signature, and say what became of it."""
    given = transactions.form(FIELDS, MOST_BYTES)
    try:
        with transactions.request_reading(transactions.nobody) as reading:
            right = service.check_link(reading, token=token, signer_name=given["name"], code=given["code"] or None)
        drawing = _drawing(given["drawing"]) if right else None
        with transactions.request_transaction(transactions.nobody) as uow:
            outcome = service.sign_by_link(
                uow, token=token, signer_name=given["name"], code=given["code"] or None, drawing=drawing
            )
    except DomainError as refused:
        return _show(token, refused.code, given, refused.kind.value)
    if outcome.state is LinkState.OPEN:
        return _show(token, errors.WRONG_CODE.code, given, errors.WRONG_CODE.kind.value, outcome.tries_left)
    status = {LinkState.SIGNED: 200, LinkState.OVERTAKEN: 409}.get(outcome.state, errors.OVER.kind.value)
    return _show(token, status=status)


def _show(
    token: str, error: str = "", given: dict[str, str] | None = None, status: int = 200, tries_left: int = 0
) -> Response:
    language = transactions.language()
    found = None
    try:
        with transactions.request_reading(transactions.nobody) as reading:
            found = queries.shown(reading, token, language)
    except DomainError as refused:
        status = refused.kind.value
    if (
        found is not None
        and found.state is not LinkState.OPEN
        and status == 200
        and found.state is not LinkState.SIGNED
    ):
        status = errors.OVER.kind.value
    values = {"found": found, "error": error, "given": given or {}, "tries_left": tries_left}
    response = page("sign.html", styles="nonce", form="'self'", **values)
    response.status_code = status
    return response


def _drawing(text: str) -> Stored | None:
    """Read a drawing as the page sends it, and store it.

    Raises Invalid (signing_link.unsigned, and what `store_picture` raises).
    """
    if not text:
        return None
    try:
        if not text.startswith(PICTURE):
            raise ValueError
        content = base64.b64decode(text.removeprefix(PICTURE), validate=True)
    except (ValueError, binascii.Error) as error:
        raise errors.UNSIGNED(path="/drawing") from error
    with files.at_the_store():
        return store_picture(transactions.runtime().blobs, io.BytesIO(content))
