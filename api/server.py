"""How the web server is started: gunicorn with threads, from the settings."""

from pathlib import Path

from kernel.settings import Settings

APPLICATION = "wsgi:app"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - heartbeats of the processes; nothing is stored there


def gunicorn_arguments(settings: Settings) -> list[str]:
    """Return the arguments of the gunicorn program that serves the product."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    arguments = [
        *("--bind", f"{host}:{settings.port}"),
        *("--worker-class", "gthread"),
        *("--workers", str(settings.web_processes)),
        *("--threads", str(settings.web_threads)),
        *("--config", "python:api.server_hooks"),
        # Otherwise it opens a socket in the home folder.
        "--no-control-socket",
        # Phones and proxies keep their connections between two requests.
        *("--keep-alive", "15"),
        *("--timeout", "60"),
        *("--graceful-timeout", "20"),
        *("--log-level", settings.log_level),
    ]
    if SHARED_MEMORY.is_dir():
        # On a slow disk a heartbeat written there would block the process.
        arguments += ["--worker-tmp-dir", str(SHARED_MEMORY)]
    return [*arguments, APPLICATION]
