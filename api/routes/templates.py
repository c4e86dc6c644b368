"""Checklist templates under change control: one person drafts, another publishes."""

from uuid import UUID

from flask.views import MethodView

from api import etags
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.schemas.templates import (
    HISTORY,
    TEMPLATES,
    VERSIONS,
    HistoryPage,
    HistoryQuery,
    NewTemplate,
    NewVersion,
    Publishing,
    Remark,
    SentBack,
    Submission,
    TemplateDetail,
    TemplatePage,
    TemplateQuery,
    VersionDetail,
    VersionPage,
    VersionQuery,
)
from api.transactions import expected_version, request_reading, request_transaction
from checklists.templates import queries, reviewing, service
from checklists.templates.publishing import Trial
from kernel.unit_of_work import Reading

blp = Blueprint("checklist-templates", "Checklist templates (检查清单模板) and their versions.")


def _shown(reading: Reading, version_id: UUID) -> Answer:
    found = queries.version(reading, version_id)
    return found, etags.of_version(found.row.revision)


@blp.route("/checklist-templates")
class Templates(MethodView):
    """All templates of the caller's regions."""

    @blp.arguments(TemplateQuery, location="query")
    @blp.page(TemplatePage)
    def get(self, query: Loaded) -> Answer:
        """List the templates of your regions, by code."""
        with request_reading() as reading:
            return TEMPLATES.show(queries.templates(reading, **query))

    @blp.arguments(NewTemplate)
    @blp.response(201, TemplateDetail)
    def post(self, body: Loaded) -> Answer:
        """Draft a new template."""
        with request_transaction() as uow:
            return queries.template(uow, service.create_template(uow, **body).template_id)


@blp.route("/checklist-templates/<uuid:template_id>")
class OneTemplate(MethodView):
    """One template."""

    @blp.response(200, TemplateDetail)
    def get(self, template_id: UUID) -> Answer:
        """Show a template with its versions."""
        with request_reading() as reading:
            return queries.template(reading, template_id)


@blp.route("/checklist-templates/<uuid:template_id>/versions")
class Versions(MethodView):
    """The versions of a template."""

    @blp.arguments(VersionQuery, location="query")
    @blp.page(VersionPage)
    def get(self, query: Loaded, template_id: UUID) -> Answer:
        """List the versions of a template, the newest first: who wrote and published each, and when it counts."""
        with request_reading() as reading:
            return VERSIONS.show(queries.page_of_versions(reading, template_id, **query))

    @blp.arguments(NewVersion)
    @blp.response(201, VersionDetail)
    def post(self, body: Loaded, template_id: UUID) -> Answer:
        """Draft the next version of a template."""
        with request_transaction() as uow:
            made = service.new_version(uow, template_id=template_id, **body)
            return _shown(uow, made.version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>")
class OneVersion(MethodView):
    """One version."""

    @conditional
    @blp.response(200, VersionDetail)
    def get(self, version_id: UUID) -> Answer:
        """Show a version with its steps."""
        with request_reading() as reading:
            return _shown(reading, version_id)

    @versioned
    @blp.arguments(NewVersion)
    @blp.response(200, VersionDetail)
    def put(self, body: Loaded, version_id: UUID) -> Answer:
        """Write the steps of a draft anew."""
        with request_transaction() as uow:
            service.change_draft(uow, version_id=version_id, expected_revision=expected_version(), **body)
            return _shown(uow, version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>/history")
class VersionHistory(MethodView):
    """The history of a version."""

    @blp.arguments(HistoryQuery, location="query")
    @blp.page(HistoryPage)
    def get(self, query: Loaded, version_id: UUID) -> Answer:
        """List what was done to a version and said about it, the first thing first."""
        with request_reading() as reading:
            return HISTORY.show(queries.history(reading, version_id, **query))


@blp.route("/checklist-templates/versions/<uuid:version_id>/submit")
class SubmittedVersion(MethodView):
    """A draft goes to review."""

    @versioned
    @blp.arguments(Submission)
    @blp.response(200, VersionDetail)
    def post(self, body: Loaded, version_id: UUID) -> Answer:
        """Hand a draft in for review; it cannot be changed while it is there."""
        with request_transaction() as uow:
            service.submit(uow, version_id=version_id, expected_revision=expected_version(), **body)
            return _shown(uow, version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>/send-back")
class ReturnedVersion(MethodView):
    """A version goes back to its author."""

    @versioned
    @blp.arguments(SentBack)
    @blp.response(200, VersionDetail)
    def post(self, body: Loaded, version_id: UUID) -> Answer:
        """Send a version in review back: it is a draft again."""
        with request_transaction() as uow:
            service.send_back(uow, version_id=version_id, expected_revision=expected_version(), **body)
            return _shown(uow, version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>/comments")
class VersionComments(MethodView):
    """What is said about a version."""

    @blp.arguments(Remark)
    @blp.response(201, VersionDetail)
    def post(self, body: Loaded, version_id: UUID) -> Answer:
        """Say something about a version."""
        with request_transaction() as uow:
            service.comment(uow, version_id=version_id, **body)
            return _shown(uow, version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>/publish")
class Publication(MethodView):
    """A version comes into force."""

    @versioned
    @blp.arguments(Publishing)
    @blp.response(200, VersionDetail)
    def post(self, body: Loaded, version_id: UUID) -> Answer:
        """Publish a version in review: it never changes, and new orders get it from a moment on. Not by one of its authors.

        With a `trial` only new orders of the pilot zones get it, until the trial is rolled out or given up (`/pilots`).
        """
        given = body.pop("trial")
        trial = None if given is None else Trial(tuple(given["zone_ids"]), given["reason"])
        with request_transaction() as uow:
            service.publish(uow, version_id=version_id, trial=trial, expected_revision=expected_version(), **body)
            return _shown(uow, version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>/confirm-review")
class ReviewedVersion(MethodView):
    """A version was looked over."""

    @blp.arguments(Remark)
    @blp.response(200, VersionDetail)
    def post(self, body: Loaded, version_id: UUID) -> Answer:
        """Confirm that a published version stays as it is; the next review is due in some months (policy)."""
        with request_transaction() as uow:
            reviewing.confirm_review(uow, version_id=version_id, **body)
            return _shown(uow, version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>/retire")
class Retirement(MethodView):
    """A version goes out of force."""

    @blp.response(200, VersionDetail)
    def post(self, version_id: UUID) -> Answer:
        """Retire a published version; runs that began with it go on. One that waits for its day is called off."""
        with request_transaction() as uow:
            service.retire(uow, version_id=version_id)
            return _shown(uow, version_id)
