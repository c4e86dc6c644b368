"""The application for a WSGI server."""

from api.app import create_app
from kernel.runtime import settle

app = create_app()
settle()
