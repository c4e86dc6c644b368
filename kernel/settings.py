"""The only place that reads the environment; everything is validated at once, when the product starts."""

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kernel.actor import Role, read_roles
from kernel.identity_providers import IdentityProvider, ProvidersError, read_providers
from kernel.sealing import read_keys

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PREFIX = "FIELDBEAT_"
NEED_A_KEY = ("baidu", "amap")
KIB, MIB = 1024, 1024 * 1024
_PASSWORD = re.compile("://.*@")


class SettingsError(Exception):
    """Some settings are not usable; the message has a line for each of them."""


_RATES = re.compile(r"[1-9]\d{0,6} per (second|minute|hour|day)(; ?[1-9]\d{0,6} per (second|minute|hour|day))*")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError
        return value

    read.__doc__ = f"a whole number from {low} to {high}"
    return read


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError
        return text

    read.__doc__ = "one of " + ", ".join(words)
    return read


def _database_url(text: str) -> str:
    """a URL that starts with sqlite:/// or postgresql://"""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError from error
    # Every connection to a database in memory would see one of its own.
    if not text.startswith(("sqlite:///", "postgresql://")) or url.database in (None, "", ":memory:"):
        raise ValueError
    return text


def _redis_url(text: str) -> str:
    """a URL that starts with redis://, rediss:// or unix://"""
    if not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError
    return text


def _web_address(text: str) -> str:
    """scheme and host, such as https://nominatim.example.org"""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError
    return f"{parts.scheme}://{parts.netloc}"


def _rate(text: str) -> str:
    """none, or rates such as 3000 per minute; 50000 per hour"""
    if text != "none" and not _RATES.fullmatch(text):
        raise ValueError
    return text


def _origins(text: str) -> str:
    """origins such as https://console.example.org, separated by commas"""
    for one in filter(None, text.split(",")):
        if _web_address(one) != one:
            raise ValueError
    return text


def _vapid_key(text: str) -> str:
    """a private key of the curve P-256: 32 bytes in base64url, without padding"""
    raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if len(raw) != 32 or not 0 < int.from_bytes(raw) < P256_ORDER:
        raise ValueError
    return text


def _sealing_keys(text: str) -> str:
    """name:base64 of 32 bytes, several separated by commas, such as 2026:$(openssl rand -base64 32)"""
    if not read_keys(text):
        raise ValueError
    return text


def _text(text: str) -> str:
    """any text"""
    return text


def _folder(text: str) -> Path:
    """a folder"""
    return Path(text).expanduser().absolute()


def _providers(text: str) -> tuple[IdentityProvider, ...]:
    """a file as docs/identity.md describes it"""
    return read_providers(Path(text).expanduser().absolute())


def _setting(default: str, read: Callable[[str], Any], about: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"read": read, "about": about, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, read once and checked together. Field `push_max_ops` is the variable `FIELDBEAT_PUSH_MAX_OPS`."""

    data_dir: Path = _setting("data", _folder, "Where the embedded database, the queue and stored files live.")
    database_url: str = _setting("", _database_url, "SQLite or PostgreSQL; empty means SQLite in the data folder.")
    replica_url: str = _setting(
        "",
        _database_url,
        "A copy of the database that follows it: documents of pulls are read there where it is new enough; empty: none.",
    )
    redis_url: str = _setting(
        "", _redis_url, "Redis or Valkey; empty means the one that comes along, in the data folder."
    )
    database_pool: int = _setting("10", _whole(1, 200), "Connections to PostgreSQL that one process keeps.")
    s3_bucket: str = _setting(
        "", _text, "Bucket of an S3-compatible store for stored files; empty: the folder blobs in the data folder."
    )
    s3_prefix: str = _setting("", _text, "What the names of stored files in the bucket begin with.")
    s3_endpoint: str = _setting("", _web_address, "Where the store is; empty: Amazon's, by its region.")
    s3_region: str = _setting("us-east-1", _text, "The region of the bucket.")
    s3_access_key: str = _setting("", _text, "Name of the key to the store; empty: that of the machine's role.")
    s3_secret_key: str = _setting("", _text, "The secret of that key.", secret=True)
    s3_addressing: str = _setting(
        "path", _one_of("path", "host"), "Whether the bucket is named in the path or in the host of addresses."
    )
    sealing_keys: str = _setting(
        "",
        _sealing_keys,
        "Keys that seal personal data: the first seals, all open; empty: those in the file sealing.keys of the data folder.",
        secret=True,
    )
    host: str = _setting("127.0.0.1", _text, "The address the web server listens on.")
    port: int = _setting("8080", _whole(1, 65535), "The port the web server listens on.")
    public_url: str = _setting(
        "",
        _text,
        "The address under which customers reach this server, for links and QR codes; empty means where it listens.",
    )
    trusted_proxies: int = _setting(
        "0", _whole(0, 8), "Proxies in front that add the caller's address to X-Forwarded-For; 0: nobody is believed."
    )
    web_processes: int = _setting("2", _whole(1, 64), "Web processes.")
    web_threads: int = _setting("4", _whole(1, 64), "Threads of each web process.")
    workers: int = _setting("1", _whole(1, 64), "Worker processes.")
    log_level: str = _setting(
        "info", _one_of("debug", "info", "warning", "error"), "The least severe line that is logged."
    )
    log_format: str = _setting("json", _one_of("json", "text"), "Log lines for machines (json) or for eyes (text).")
    access_minutes: int = _setting("15", _whole(1, 1440), "Minutes for which an access token is good.")
    key_days: int = _setting("365", _whole(1, 3650), "Days after which a key of a program ends at the latest.")
    login_hours: int = _setting("12", _whole(1, 720), "Hours after which a person signs in again.")
    password_memory_kib: int = _setting(
        "65536", _whole(64, 4 * MIB), "Memory that hashing one password takes (argon2id)."
    )
    password_least_score: int = _setting(
        "2",
        _whole(0, 4),
        "How hard to guess a new password must be, 0 to 4 (zxcvbn): 2 takes a million tries, 3 a hundred million.",
    )
    identity_providers: tuple[IdentityProvider, ...] = _setting(
        "", _providers, "A TOML file of the providers at which people may sign in (OpenID Connect); empty: none."
    )
    second_factor_roles: frozenset[Role] = _setting(
        "", read_roles, "Roles whose people need a second factor besides their password; empty: whoever wants one."
    )
    push_max_ops: int = _setting("500", _whole(1, 10_000), "Ops in one push.")
    push_max_bytes: int = _setting(str(4 * MIB), _whole(KIB, 256 * MIB), "Bytes of one push, inflated.")
    push_max_compressed_bytes: int = _setting(
        str(MIB), _whole(KIB, 64 * MIB), "Bytes of one push as sent, when compressed."
    )
    push_max_ratio: int = _setting("100", _whole(2, 10_000), "How many times larger a push may grow when inflated.")
    op_max_bytes: int = _setting(str(64 * KIB), _whole(KIB, 4 * MIB), "Bytes of one op.")
    media_max_uploads: int = _setting("20", _whole(1, 1_000), "Open uploads of one phone.")
    media_chunk_bytes: int = _setting(str(8 * MIB), _whole(KIB, 256 * MIB), "Bytes of one piece of an upload.")
    media_max_bytes: int = _setting(str(100 * MIB), _whole(KIB, 1024 * MIB), "Bytes of one photo or signature.")
    import_max_bytes: int = _setting(
        str(16 * MIB), _whole(KIB, 256 * MIB), "Bytes of one file to import, as it was sent."
    )
    import_max_rows: int = _setting("50000", _whole(1, 1_000_000), "Lines of one file to import.")
    body_silence_seconds: int = _setting(
        "30", _whole(1, 3_600), "How long a caller may fall silent while sending; the thread that reads is then let go."
    )
    pull_max_rows: int = _setting("1000", _whole(1, 10_000), "Changes in one page of a pull.")
    pull_oldest_schema: int = _setting(
        "1",
        _whole(1, 10_000),
        "Oldest schema of documents that is served; phones that ask for an older one must upgrade.",
    )
    pull_max_bytes: int = _setting(str(2 * MIB), _whole(KIB, 64 * MIB), "Bytes of one page of a pull.")
    retain_days: int = _setting("14", _whole(1, 365), "Days for which a phone keeps what was acknowledged.")
    hold_online_minutes: int = _setting(
        "15", _whole(1, 1440), "Minutes an op waits for a gap before it, with its phone online."
    )
    hold_offline_days: int = _setting(
        "5", _whole(1, 60), "Days an op waits for a gap before it, with its phone silent."
    )
    push_grace_days: int = _setting("30", _whole(0, 365), "Days for which a revoked phone may still hand in its work.")
    late_ops: int = _setting(
        "20000", _whole(0, 10_000_000), "Ops that a revoked phone may still hand in, for a supervisor to release."
    )
    stream_most: int = _setting("5000", _whole(0, 100_000), "Phones that one process holds for news at most.")
    stream_minutes: int = _setting(
        "15", _whole(1, 1440), "Minutes after which a stream ends and a phone begins it anew."
    )
    stream_tick_ms: int = _setting(
        "500", _whole(50, 60_000), "Milliseconds between two looks for news of phones that wait."
    )
    head_wait_seconds: int = _setting(
        "60", _whole(0, 300), "Seconds for which a question for the head may wait for news."
    )
    horizon_days: int = _setting(
        "30", _whole(1, 3650), "Days for which removals are kept for a phone that is silent; then it pulls anew from 0."
    )
    reconcile_ops: int = _setting("1000", _whole(1, 5_000), "Ops that a worker reconciles in one transaction.")
    sweep_seconds: int = _setting("5", _whole(1, 3600), "Seconds between two looks for work whose wake-up was lost.")
    row_security: str = _setting(
        "no",
        _one_of("yes", "no"),
        "Whether PostgreSQL itself keeps rows of other regions from people; `fieldbeat db row-security on` comes first.",
    )
    lock_timeout_ms: int = _setting(
        "10000", _whole(100, 600_000), "How long a transaction waits for a lock (PostgreSQL and SQLite)."
    )
    statement_seconds: int = _setting("60", _whole(1, 3600), "How long a statement of a request may take (PostgreSQL).")
    notify_services: str = _setting(
        "mailto mailtos wecombot dingtalk feishu lark json jsons form forms",
        _text,
        "Services of Apprise that channels may use, with blanks between them.",
    )
    notify_internal: str = _setting(
        "no", _one_of("yes", "no"), "Whether channels may lead to this machine and the network around it."
    )
    export_at_once: int = _setting("3", _whole(1, 100), "Exports of one person that wait or are being written.")
    export_max_rows: int = _setting("300000", _whole(1, 1_000_000), "Rows of one export.")
    export_keep_hours: int = _setting("72", _whole(1, 2160), "Hours for which the file of an export is kept.")
    webhook_at_once: int = _setting("8", _whole(1, 64), "Receivers of webhooks that one worker sends to at a time.")
    webhook_timeout_seconds: int = _setting("10", _whole(1, 60), "How long a receiver of webhooks may take to answer.")
    webhook_disable_days: int = _setting(
        "5", _whole(1, 60), "Days after which a webhook is disabled whose receiver took nothing."
    )
    webhook_keep_days: int = _setting("30", _whole(1, 3650), "Days for which the log of webhooks is kept.")
    device_silent_days: int = _setting(
        "3", _whole(1, 365), "After so many days without a word of a phone its station's manager is told."
    )
    vapid_key: str = _setting(
        "", _vapid_key, "The private key that signs pokes to push gateways (VAPID); empty: none.", secret=True
    )
    vapid_contact: str = _setting(
        "", _text, "Whom push gateways may ask about our pokes: mailto:… or https://…; signed with them."
    )
    gateway_every_seconds: int = _setting(
        "30", _whole(1, 3600), "A phone is woken by its push gateway at most once in so many seconds."
    )
    geocoder: str = _setting(
        "none",
        _one_of("none", "nominatim", "baidu", "amap"),
        "Who turns addresses into positions; none: nobody, and no address leaves the product.",
    )
    geocoder_url: str = _setting("", _web_address, "Where the geocoder is; empty means the provider's own address.")
    geocoder_key: str = _setting("", _text, "The geocoder's API key; baidu and amap need one.")
    geocoder_user_agent: str = _setting("fieldbeat", _text, "What the geocoder is told about who asks.")
    geocoder_timeout_seconds: int = _setting("3", _whole(1, 30), "How long an answer of the geocoder is waited for.")
    geocoder_per_minute: int = _setting(
        "60", _whole(1, 6000), "Questions to the geocoder in a minute, by all processes together."
    )
    limit_person: str = _setting("3000 per minute", _rate, "How often one person may ask; none: as often as they like.")
    limit_key: str = _setting(
        "1200 per minute", _rate, "How often one key may ask; none: as often as its program likes."
    )
    limit_address: str = _setting(
        "1200 per minute", _rate, "How often one address may ask without a token that is known to be good; or none."
    )
    limit_calendar: str = _setting(
        "60 per hour", _rate, "How often one calendar may be fetched, by all programs that have its address; or none."
    )
    device_per_minute: int = _setting(
        "60",
        _whole(1, 60_000),
        "Requests of one phone in a minute, on average; ten times as many for pieces of photos.",
    )
    device_burst: int = _setting(
        "120", _whole(1, 60_000), "Requests that a phone may send at once; ten times as many for pieces of photos."
    )
    lag_media_seconds: int = _setting(
        "300", _whole(1, 864_000), "Photos are turned away while ops wait longer than this for a worker."
    )
    lag_pull_seconds: int = _setting(
        "900", _whole(1, 864_000), "Pulls are turned away while ops wait longer than this for a worker."
    )
    lag_push_seconds: int = _setting(
        "3600", _whole(1, 864_000), "Pushes are turned away while ops wait longer than this for a worker."
    )
    cors_origins: str = _setting("", _origins, "Whose pages in browsers may use the API; empty: only our own.")
    metrics_token: str = _setting("", _text, "If set, /metrics wants it as a bearer token.", secret=True)

    @property
    def public_address(self) -> str:
        """The address that links for customers begin with: the one that was set, or where the web server listens."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read and check all settings.

        Raises:
            SettingsError: one line for each variable that is wrong or unknown.
        """
        given = {
            name: text for name, text in (os.environ if environ is None else environ).items() if name.startswith(PREFIX)
        }
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for setting in fields(cls):
            name = variable(setting)
            text = given.pop(name, "") or str(setting.default)
            read = setting.metadata["read"]
            try:
                values[setting.name] = read(text) if text else ""
            except ProvidersError as error:
                wrong.append(f"{name}: {error}")
            except ValueError:
                given_text = "not usable" if setting.metadata["secret"] else repr(_PASSWORD.sub("://…@", text))
                wrong.append(f"{name} is {given_text}; it must be {read.__doc__}.")
        # Variables of the test suite share the prefix and are none of ours.
        wrong += [f"{name} is not a setting." for name in sorted(given) if not name.startswith(PREFIX + "TEST_")]
        if values.get("geocoder") in NEED_A_KEY and not values.get("geocoder_key"):
            wrong.append(f"{PREFIX}GEOCODER is {values['geocoder']!r}, which needs {PREFIX}GEOCODER_KEY.")
        if bool(values.get("s3_access_key")) != bool(values.get("s3_secret_key")):
            wrong.append(f"{PREFIX}S3_ACCESS_KEY and {PREFIX}S3_SECRET_KEY go together.")
        if wrong:
            raise SettingsError("\n".join(wrong))
        values["identity_providers"] = values["identity_providers"] or ()
        values["database_url"] = values["database_url"] or f"sqlite:///{values['data_dir'] / 'fieldbeat.db'}"
        return cls(**values)

    @property
    def binds_rows(self) -> bool:
        """Whether people's transactions are bound to the rows of their regions by the database itself."""
        return self.row_security == "yes" and not self.database_url.startswith("sqlite")

    @property
    def embedded_redis(self) -> bool:
        """Whether the product runs the Redis that comes along."""
        return not self.redis_url


def variable(setting: Field[Any]) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + setting.name.upper()


def reference() -> str:
    """Write docs/settings.md."""
    rows = [
        f"| `{variable(one)}` | `{one.default or '(empty)'}` | {one.metadata['read'].__doc__} | {one.metadata['about']} |"
        for one in fields(Settings)
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Every setting is an environment variable. All are checked together at the start; an unknown name is an error.",
            "There is no configuration file, but for identity providers. This page is written by `fieldbeat settings`.",
            "",
            "| variable | default | must be | what it is |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )
