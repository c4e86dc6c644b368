"""The pages for people: a welcome, the API's documentation, the list of errors. None of them needs the internet."""

import contextlib
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from api import problems, transactions
from checklists.reports import queries as reports
from kernel.errors import DomainError

# Only the files are used; importing the package would bring its own blueprint along.
_SWAGGER = find_spec("flask_swagger_ui")
ASSETS = Path(_SWAGGER.origin if _SWAGGER and _SWAGGER.origin else "").parent / "dist"

pages = Blueprint("pages", __name__, template_folder="templates")
assets = Blueprint("docs_assets", __name__, static_folder=ASSETS, static_url_path="/_docs")


@assets.after_request
def keep_for_a_day(response: Response) -> Response:
    """Let browsers keep the assets, which only change with the installation."""
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@pages.get("/")
def welcome() -> Response:
    """Say what this is, and where to go from here."""
    return page("welcome.html", styles="nonce", address=transactions.address())


@pages.get("/docs")
def documentation() -> Response:
    """Show the description of the API with Swagger UI."""
    return page("docs.html", styles="inline")


@pages.get("/docs/")
def documentation_too() -> AnyResponse:
    """Lead to the documentation from the address that people type."""
    return redirect("/docs", 308)


@pages.get("/docs/errors")
def errors() -> Response:
    """Show every code that a caller may meet."""
    return page("errors.html", styles="nonce", texts=problems.catalogue())


@pages.get("/verify")
@pages.get("/verify/<string:code>")
def verify(code: str = "") -> Response:
    """Show anybody who holds a service report whether its code is genuine, and which content and file it stands for."""
    asked = code or transactions.asked_for("code")
    found = None
    if asked:
        with contextlib.suppress(DomainError), transactions.request_reading(transactions.nobody) as reading:
            found = reports.genuine(reading, asked)
    return page("verify.html", styles="nonce", code=asked, found=found, form="'self'")


def page(template: str, *, styles: str, form: str = "'none'", **values: object) -> Response:
    """Show a page on which only what is its own runs; `form` is where its forms may go."""
    nonce = transactions.nonce()
    # Swagger UI writes styles into its elements; a nonce cannot allow those.
    allowed_styles = "'self' 'unsafe-inline'" if styles == "inline" else f"'nonce-{nonce}'"
    response = make_response(render_template(template, nonce=nonce, language=transactions.language(), **values))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src {allowed_styles}; img-src 'self' data:; "
        f"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action {form}; frame-ancestors 'none'"
    )
    response.vary.add("Accept-Language")
    return response
