"""The web process's composition root: it wires the slices to HTTP."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

import checklists
import dispatch
import quality
import sync
from api import docs_page, limiting, observing, openapi, pacing, sign_page, transactions
from api.guarding import Guarded
from api.json_provider import FastJson
from api.patience import Patience
from api.routes import BLUEPRINTS
from kernel import log_setup
from kernel import runtime as runtimes
from kernel.runtime import Runtime
from kernel.settings import Settings
from sync.reactions import handlers_of

TUS_ASKS = ("Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset", "Upload-Checksum")
"""What a browser has to be allowed to send, or tus-js-client fails before its first byte."""
TUS_ANSWERS = ("Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Expires")
"""What it has to be allowed to read: it goes on from the offset that it is told."""


def create_app(runtime: Runtime | None = None) -> Flask:
    """Make the application, on this runtime or on one made from the environment.

    A process makes its own, after it was forked: connections are not shared. Raises SettingsError.
    """
    app = _PlainFlask("api", static_folder=None)
    runtime = runtime or make_runtime(Settings.from_environment())
    app.extensions[transactions.RUNTIME] = runtime
    app.json = FastJson(app)
    if runtime.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=runtime.settings.trusted_proxies, x_proto=0)  # type: ignore[method-assign]
    app.wsgi_app = Guarded(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = Patience(app.wsgi_app, runtime.settings.body_silence_seconds)  # type: ignore[method-assign]
    # No operation takes more than a push does.
    app.config["MAX_CONTENT_LENGTH"] = runtime.settings.push_max_bytes
    gather_errors()
    observing.register(app)
    limiting.register(app, runtime)
    pacing.register(app, runtime)
    if runtime.settings.cors_origins:
        CORS(
            app,
            origins=runtime.settings.cors_origins.split(","),
            allow_headers=["Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", *TUS_ASKS],
            expose_headers=[
                "ETag",
                "Link",
                "Location",
                "Retry-After",
                "X-Request-ID",
                "Idempotent-Replayed",
                "RateLimit",
                "RateLimit-Policy",
                *TUS_ANSWERS,
            ],
            max_age=600,
        )
    api = openapi.configure(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(docs_page.pages)
    app.register_blueprint(docs_page.assets)
    app.register_blueprint(sign_page.pages)
    return app


class _PlainFlask(Flask):
    """Flask whose views and hooks are plain functions, each of which it would otherwise look at in every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def make_runtime(settings: Settings) -> Runtime:
    """Wire the runtime of a web process."""
    log_setup.set_up(settings)
    return runtimes.make(settings, statement_seconds=settings.statement_seconds, handlers=handlers_of(settings))


def gather_errors() -> None:
    """Import every errors module of the slices, so that the catalogue is whole."""
    for package in (dispatch, checklists, quality, sync):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith(".errors"):
                importlib.import_module(found.name)
