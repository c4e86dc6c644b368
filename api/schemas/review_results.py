"""The forms of what reviews came to, in figures."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Text, Word
from checklists.review.results.queries import By

_MONTH = validate.Regexp("^20[0-9]{2}-(0[1-9]|1[0-2])$")


class _Wanted(Schema):
    """Which reviews figures are of."""

    month_from = fields.String(load_default=None, validate=_MONTH)
    month_to = fields.String(load_default=None, validate=_MONTH)
    region_id = fields.UUID(load_default=None)
    station_id = fields.UUID(load_default=None)
    group_id = fields.UUID(load_default=None)
    zone_id = fields.UUID(load_default=None)
    technician_id = fields.UUID(load_default=None)
    template_code = Text(48, load_default=None)


class ReviewResultQuery(_Wanted):
    """By what figures are put together, and of which reviews; by month they are the trend."""

    by = Word(By, load_default=By.STATION)


class ReviewItemQuery(_Wanted):
    """Of which reviews."""

    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))


class ReviewAgreementQuery(_Wanted):
    """Of which double reviews."""


class ReviewResult(Schema):
    """How reviews came out. Scores and shares are in percent."""

    key = fields.String(required=True, allow_none=True, metadata={"description": "Id, template code or month."})
    name = fields.String(required=True, allow_none=True)
    reviews = fields.Integer(required=True)
    passed = fields.Integer(required=True)
    rework = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    overturned = fields.Integer(required=True)
    pass_percent = fields.Float(required=True)
    mean_score = fields.Float(required=True)


class ReviewResults(Schema):
    """Figures by key."""

    items = fields.List(fields.Nested(ReviewResult), required=True)


class ReviewItemResult(Schema):
    """How often points were lost at an item."""

    template_code = fields.String(required=True)
    item = fields.String(required=True)
    scores = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    zero = fields.Integer(required=True)
    lost_percent = fields.Float(required=True)
    mean_percent = fields.Float(required=True)


class ReviewItemResults(Schema):
    """Items, the worst first."""

    items = fields.List(fields.Nested(ReviewItemResult), required=True)


class ReviewAgreement(Schema):
    """How far the two reviewers of double reviews agree: Cohen's kappa."""

    region_id = fields.UUID(required=True)
    template_code = fields.String(required=True)
    month = fields.String(required=True)
    reviews = fields.Integer(required=True)
    agreed = fields.Integer(required=True)
    kappa = fields.Float(
        required=True, allow_none=True, metadata={"description": "From -1 to 1; null where chance explains everything."}
    )


class ReviewAgreements(Schema):
    """Agreement by region, template and month."""

    items = fields.List(fields.Nested(ReviewAgreement), required=True)
