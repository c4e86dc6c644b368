"""The parts of the description that many operations share: parameters, headers, refusals, and the words for units."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import Schema, fields

from api import idempotency, problems, sparse

PARAMETERS: Mapping[str, dict[str, Any]] = {
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": "The tag of the version that you mean to change.",
        "schema": {"type": "string", "examples": ['"7"']},
    },
    sparse.NAME: {
        "name": sparse.NAME,
        "in": "query",
        "description": "The members of the items that you want, separated by commas; all, if left out. An `id` is always there.",
        "schema": {"type": "string", "examples": ["number,status"]},
    },
    idempotency.HEADER: {
        "name": idempotency.HEADER,
        "in": "header",
        "description": "A random key of your own: sent again with it within 24 hours, the same is done once and answered alike.",
        "schema": {"type": "string", "maxLength": 255, "examples": ["0b6f8f4e-6f53-4c1e-9a57-2f7b9f3f1f6e"]},
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The tag that you have already.",
        "schema": {"type": "string", "examples": ['"7-9f86d081884c7d65"']},
    },
    "Range": {
        "name": "Range",
        "in": "header",
        "description": "The part that you want; one at a time.",
        "schema": {"type": "string", "examples": ["bytes=65536-"]},
    },
}
HEADERS: Mapping[str, dict[str, Any]] = {
    "ETag": {"description": "The version, and how it looks to you.", "schema": {"type": "string"}},
    "Location": {
        "description": "The address of what was made.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Link": {"description": 'Leads to the next page: `<…>; rel="next"`.', "schema": {"type": "string"}},
    idempotency.REPLAYED: {
        "description": "`true`: it had been done before, and this is the answer of then.",
        "schema": {"type": "string"},
    },
    "X-Request-ID": {"description": "The id of the request, also in the log.", "schema": {"type": "string"}},
    "X-RateLimit-Limit": {"description": "Requests that you have in a window.", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "Requests that are left in it.", "schema": {"type": "integer"}},
    "X-RateLimit-Reset": {"description": "When it ends, in seconds since 1970.", "schema": {"type": "integer"}},
    "RateLimit": {
        "description": 'The same in the words of the IETF: `"requests";r=…;t=…`, what is left and for how many seconds.',
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": 'What you have in a window of how many seconds: `"requests";q=…;w=…`.',
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "Seconds to wait before the next try.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
    "Content-Range": {"description": "Which part of the whole this is.", "schema": {"type": "string"}},
    "Content-Language": {
        "description": "The language of the sentences: `en` or `zh-CN`.",
        "schema": {"type": "string"},
    },
    "Deprecation": {
        "description": "Since when the operation should not be used any more (RFC 9745): `@` and seconds since 1970.",
        "schema": {"type": "string"},
    },
    "Sunset": {"description": "When it goes away (RFC 8594).", "schema": {"type": "string"}},
}
RATES = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit", "RateLimit-Policy")
WHEN: Mapping[int, str] = {
    400: "It cannot be read.",
    401: "The token is missing, wrong or expired.",
    403: "Your role does not allow it.",
    404: "There is no such thing in your scope.",
    406: "There is no answer in a form that you accept.",
    409: "It does not fit the present state.",
    410: "What was asked for is gone; begin anew.",
    412: "Somebody changed it in the meantime.",
    413: "It is too large.",
    415: "Its content type is not understood.",
    416: "There is no such part.",
    422: "Some fields are not valid; `errors` says which.",
    423: "Somebody else is at it.",
    426: "This version of the app is too old.",
    429: "Slow down.",
    460: "The piece is not what its checksum says.",
    500: "Something went wrong on our side.",
    503: "Busy or not ready; try again.",
}


class FieldError(Schema):
    """What is wrong with one field."""

    path = fields.String(
        required=True, metadata={"description": "A JSON pointer into the body, or `/name` of a query parameter."}
    )
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """A refusal (RFC 9457). Some codes add members of their own."""

    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "The stable string to compare."})
    retryable = fields.Boolean(required=True, metadata={"description": "Whether the same may succeed later."})
    detail = fields.String(required=True)
    trace = fields.String(required=True, metadata={"description": "The id of the request, also in the log."})
    errors = fields.List(fields.Nested(FieldError))


PLAIN: Mapping[int, frozenset[str]] = {
    400: frozenset({"malformed"}),
    401: frozenset({"token-invalid"}),
    403: frozenset({"forbidden"}),
    404: frozenset({"not-found"}),
    409: frozenset({"collision"}),
    412: frozenset({"stale"}),
    413: frozenset({"too-large"}),
    415: frozenset({"unsupported-media"}),
    416: frozenset({"range-not-satisfiable"}),
    422: frozenset({"invalid"}),
    429: frozenset({"too-many-requests"}),
    500: frozenset({"internal"}),
    503: frozenset({"unavailable"}),
}
"""What follows from the form of an operation, and from what may befall every one."""


def refusal(status: int, codes: Iterable[str]) -> dict[str, Any]:
    """Describe the answer of a status, with an example of each of its codes."""
    named = sorted(codes)
    return {
        "description": WHEN[status] + " " + ", ".join(f"`{code}`" for code in named) + ".",
        "headers": {name: header(name) for name in _headers_of_refusal(status)},
        "content": {
            problems.MEDIA_TYPE: {
                "schema": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Problem"},
                        {"type": "object", "properties": {"code": {"type": "string", "enum": named}}},
                    ]
                },
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in named},
            }
        },
    }


def header(name: str) -> dict[str, str]:
    """Refer to a header of an answer."""
    return {"$ref": f"#/components/headers/{name}"}


def _headers_of_refusal(status: int) -> tuple[str, ...]:
    own = {401: ("WWW-Authenticate",), 429: ("Retry-After", *RATES), 503: ("Retry-After",)}
    return ("X-Request-ID", "Content-Language", *own.get(status, ()))


def problem_examples(codes: Iterable[str]) -> dict[str, Any]:
    """Return each code as the problem that a caller gets, in English."""
    texts = {text.code: text for text in problems.catalogue()}
    return {
        code: {
            "summary": texts[code].title,
            "value": problems.Problem(texts[code]).body(language="en", trace="0193a0b1c2d37e4f8a9b0c1d2e3f4a5b"),
        }
        for code in sorted(set(codes))
    }


UNITS: Mapping[str, str] = {
    "_m": "Metres.",
    "_km": "Kilometres.",
    "_km2": "Square kilometres.",
    "_kmh": "Kilometres per hour.",
    "_ms": "Milliseconds.",
    "_s": "Seconds.",
    "_seconds": "Seconds.",
    "_minutes": "Minutes.",
    "_hours": "Hours.",
    "_days": "Days.",
    "_months": "Months.",
    "_percent": "Percent.",
    "_share": "A share from 0 to 1.",
    "_bytes": "Bytes.",
    "_degrees": "Degrees.",
}
_WHOLE_NAMES = {
    "lat": "Degrees north, WGS 84.",
    "lon": "Degrees east, WGS 84.",
    "version": "Counts the changes; as `If-Match`.",
} | {name.removeprefix("_"): unit for name, unit in UNITS.items() if len(name) > 4}


def unit_of(name: str) -> str | None:
    """Return the unit of a number by its name, where the name ends with one."""
    endings = (unit for ending, unit in UNITS.items() if name.endswith(ending))
    return _WHOLE_NAMES.get(name) or next(endings, None)
