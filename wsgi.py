"""The application for a WSGI server."""

from api.app import create_app

app = create_app()
