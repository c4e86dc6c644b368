"""Runs the OpenID provider of the tests, and signs in there as a browser does."""

import contextlib
import html
import json
import os
import re
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

import requests

from tests import node
from tests.servers import LAUNCHER, ServerError

FOLDER = Path(__file__).with_name("provider")
PUBLIC = "https://fieldbeat.example"
"""Where the provider believes us to be. Nobody goes there: the tests take the answer to the application themselves."""
NAMES = ("company", "strict", "phone")
"""How the tests may call the provider."""
_ACTION = re.compile(r'<form[^>]* action="([^"]+)"')
MOST_STEPS = 10


class OpenIdProvider:
    """The provider as a process of its own, until the block ends."""

    def __init__(self) -> None:
        self._cleanup = contextlib.ExitStack()
        self.issuer = ""

    def __enter__(self) -> Self:
        sources = node.with_sources(FOLDER, node.installed(FOLDER))
        redirects = [f"{PUBLIC}/v1/session/oidc/{name}/callback" for name in NAMES]
        job = json.dumps({"redirects": redirects, "logouts": [f"{PUBLIC}/"]})
        process = subprocess.Popen(
            [sys.executable, "-E", "-S", str(LAUNCHER), str(os.getpid()), "-", str(node.NODE), "provider.mjs", job],
            cwd=sources,
            env=node.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        self._cleanup.callback(_end, process)
        assert process.stdout is not None
        lines = (line.strip() for line in process.stdout)
        self.issuer = next((line for line in lines if line.startswith("http://")), "")
        if not self.issuer:
            self._cleanup.close()
            raise ServerError("the OpenID provider did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def steer(self, **wishes: Any) -> dict[str, int]:
        """Tell it who is there (`people`), what time it is (`now`), to sign with another `key`, or to fail (`faults`, else not).

        Return how often each of its paths was asked for so far.
        """
        counts: dict[str, int] = requests.post(f"{self.issuer}/test/steer", json=wishes, timeout=10).json()
        return counts

    def people(self, now: datetime, **claims: dict[str, Any]) -> None:
        """Set the time, and the claims of people by their subject."""
        self.steer(now=now.isoformat(), people=claims)


def _end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


class Browser:
    """Follows redirects and fills in the provider's form for signing in; it keeps cookies whatever time it is."""

    def __init__(self) -> None:
        self._cookies: dict[str, str] = {}

    def sign_in(self, address: str, who: str) -> str:
        """Sign in at the provider under an address, and return the one to which it sends the browser back."""
        for _ in range(MOST_STEPS):
            if address.startswith(PUBLIC):
                return address
            answer = self._ask("GET", address)
            form = _ACTION.search(answer.text) if answer.status_code == 200 else None
            if form is not None:
                action = urljoin(address, html.unescape(form.group(1)))
                answer = self._ask("POST", action, data={"prompt": "login", "login": who, "password": "any"})
            assert answer.is_redirect, (answer.status_code, answer.text[:500])
            address = urljoin(address, answer.headers["Location"])
        raise AssertionError("it leads in a circle")

    def _ask(self, method: str, address: str, **options: Any) -> requests.Response:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        answer = requests.request(method, address, headers=headers, allow_redirects=False, timeout=10, **options)
        for cookie in answer.raw.headers.getlist("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer
