"""What you were told, and when you want to be left in peace."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.notifications import (
    NOTIFICATIONS,
    NotificationPage,
    NotificationQuery,
    QuietHours,
    QuietHoursShown,
    ReadUpTo,
    Unread,
)
from api.transactions import request_reading, request_transaction
from dispatch.notifications import managing, queries, service

blp = Blueprint("notifications", "Notices to you (通知): the inbox, and quiet hours.")


@blp.route("/notifications")
class Notifications(MethodView):
    """The caller's inbox."""

    @blp.arguments(NotificationQuery, location="query")
    @blp.page(NotificationPage)
    def get(self, query: Loaded) -> Answer:
        """List what you were told, the newest first."""
        with request_reading() as reading:
            return NOTIFICATIONS.show(queries.page_of_notifications(reading, **query))


@blp.route("/notifications/unread")
class UnreadCount(MethodView):
    """The number on the badge."""

    @blp.response(200, Unread)
    def get(self) -> Answer:
        """Count what you have not read."""
        with request_reading() as reading:
            return {"unread": queries.count_unread(reading)}


@blp.route("/notifications/<uuid:notification_id>/read")
class ReadNotification(MethodView):
    """A notice that was read."""

    @blp.response(204)
    def post(self, notification_id: UUID) -> None:
        """Mark a notice as read."""
        with request_transaction() as uow:
            service.mark_read(uow, notification_id=notification_id)


@blp.route("/notifications/read")
class ReadNotifications(MethodView):
    """Many notices that were read."""

    @blp.arguments(ReadUpTo)
    @blp.response(204)
    def post(self, body: Loaded) -> None:
        """Mark everything as read from the oldest notice to this one."""
        with request_transaction() as uow:
            service.mark_all_read(uow, **body)


@blp.route("/quiet-hours")
class OwnQuietHours(MethodView):
    """The caller's quiet hours."""

    @blp.response(200, QuietHoursShown)
    def get(self) -> Answer:
        """Show when nothing that can wait reaches you."""
        with request_reading() as reading:
            return queries.quiet_hours_of(reading)

    @blp.arguments(QuietHours)
    @blp.response(200, QuietHoursShown)
    def put(self, body: Loaded) -> Answer:
        """Set your quiet hours."""
        with request_transaction() as uow:
            managing.set_quiet_hours(uow, **body)
            return queries.quiet_hours_of(uow)

    @blp.response(204)
    def delete(self) -> None:
        """Go back to the quiet hours of your region."""
        with request_transaction() as uow:
            managing.forget_quiet_hours(uow)
