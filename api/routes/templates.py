"""Checklist templates under change control: one person drafts, another publishes."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.templates import (
    TEMPLATES,
    NewTemplate,
    NewVersion,
    TemplateDetail,
    TemplatePage,
    TemplateQuery,
    VersionDetail,
)
from api.transactions import request_reading, request_transaction
from checklists.templates import queries, service

blp = Blueprint("checklist-templates", "Checklist templates (检查清单模板) and their versions.")


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

    @blp.arguments(NewVersion)
    @blp.response(201, VersionDetail)
    def post(self, body: Loaded, template_id: UUID) -> Answer:
        """Draft the next version of a template."""
        with request_transaction() as uow:
            made = service.new_version(uow, template_id=template_id, **body)
            return queries.version(uow, made.version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>")
class OneVersion(MethodView):
    """One version."""

    @blp.response(200, VersionDetail)
    def get(self, version_id: UUID) -> Answer:
        """Show a version with its steps."""
        with request_reading() as reading:
            return queries.version(reading, version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>/publish")
class Publication(MethodView):
    """A version comes into force."""

    @blp.response(200, VersionDetail)
    def post(self, version_id: UUID) -> Answer:
        """Publish a draft: new orders get it from now on, and it never changes. Not by its own author."""
        with request_transaction() as uow:
            service.publish(uow, version_id=version_id)
            return queries.version(uow, version_id)


@blp.route("/checklist-templates/versions/<uuid:version_id>/retire")
class Retirement(MethodView):
    """A version goes out of force."""

    @blp.response(200, VersionDetail)
    def post(self, version_id: UUID) -> Answer:
        """Retire a published version; runs that began with it go on."""
        with request_transaction() as uow:
            service.retire(uow, version_id=version_id)
            return queries.version(uow, version_id)
