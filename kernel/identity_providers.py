"""Reads the file of identity providers: where people may sign in besides here, and what that gives them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kernel.actor import Level, Role

LINKINGS = ("no", "verified_email", "login")
LANGUAGES = ("zh-CN", "en")
SCOPES, LOGIN, NAME, GROUPS = ("openid", "profile", "email"), ("preferred_username",), ("name",), ("groups",)
LONGEST_ISSUER = 500
_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
_PLACES = {
    Level.REGION: "REGION",
    Level.STATION: "REGION/STATION",
    Level.GROUP: "REGION/STATION/GROUP",
    Level.ZONE: "REGION/ZONE",
}
"""Which codes lead to a place of each level: zones are named within their region, groups within their station."""


class ProvidersError(ValueError):
    """The file cannot be used; the message has a line for everything that is wrong in it."""


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Whoever is in `group` at the provider holds this role at the place that these codes lead to, from the region down."""

    group: str
    role: Role
    level: Level
    place: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """A provider of OpenID Connect, and what is made of what it says of people.

    A claim is named by the path to it: `("realm_access", "roles")` is the member `roles` of the claim `realm_access`.
    """

    id: str
    issuer: str
    client_id: str
    labels: tuple[tuple[str, str], ...]
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = SCOPES
    login_claim: tuple[str, ...] = LOGIN
    name_claim: tuple[str, ...] = NAME
    groups_claim: tuple[str, ...] = GROUPS
    userinfo: bool = False
    roles: tuple[RoleRule, ...] = ()
    allowed_domains: tuple[str, ...] = ()
    create: bool = False
    region: str = ""
    locale: str = "zh-CN"
    link_existing: str = "no"
    return_to: tuple[str, ...] = ()
    loopback: bool = False
    internal: bool = False
    ca_file: str = ""


def read_providers(path: Path) -> tuple[IdentityProvider, ...]:
    """Read the file of identity providers (TOML, a table `providers.<id>` for each), in its order.

    Raises ProvidersError with a line for each thing that is wrong.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ProvidersError(f"{path} cannot be read ({type(error).__name__}).") from error
    except tomllib.TOMLDecodeError as error:
        raise ProvidersError(f"{path} is not TOML: {error}.") from error
    wrong: list[str] = []
    tables = _Table(document, "", wrong).tables("providers")
    found = [_provider(name, _Table.of(table, f"providers.{name}", wrong)) for name, table in tables.items()]
    wrong += [f"{name} is not known here." for name in sorted(document.keys() - {"providers"})]
    if wrong:
        raise ProvidersError("\n".join(f"{path}: {line}" for line in wrong))
    return tuple(found)


def _provider(name: str, table: "_Table") -> IdentityProvider:
    table.check(_ID.fullmatch(name) is not None, "", "is no name: small letters, digits and hyphens, 32 at most")
    internal = table.flag("internal")
    made = IdentityProvider(
        id=name,
        issuer=_issuer(table, internal=internal),
        client_id=table.text("client_id", needed=True),
        client_secret=_secret(table),
        labels=_labels(table),
        scopes=table.texts("scopes", SCOPES),
        login_claim=table.path("login_claim", LOGIN),
        name_claim=table.path("name_claim", NAME),
        groups_claim=table.path("groups_claim", GROUPS),
        userinfo=table.flag("userinfo"),
        roles=tuple(_role(rule) for rule in table.inner("roles")),
        allowed_domains=tuple(domain.lower() for domain in table.texts("allowed_domains")),
        create=table.flag("create"),
        region=table.text("region"),
        locale=table.word("locale", LANGUAGES, "zh-CN"),
        link_existing=table.word("link_existing", LINKINGS, "no"),
        return_to=_return_to(table),
        loopback=table.flag("loopback"),
        internal=internal,
        ca_file=_file(table, "ca_file"),
    )
    table.check("openid" in made.scopes, "scopes", "must hold openid")
    table.done()
    return made


def _issuer(table: "_Table", *, internal: bool) -> str:
    issuer = table.text("issuer", needed=True)
    try:
        parts = urlsplit(issuer)
        host = parts.hostname
    except ValueError:
        host, parts = None, urlsplit("")
    fine = bool(host) and len(issuer) <= LONGEST_ISSUER and not (parts.query or parts.fragment or parts.username)
    secure = parts.scheme == "https" or (parts.scheme == "http" and internal)
    table.check(
        not issuer or (fine and secure), "issuer", "must be an address with https (http only with internal = true)"
    )
    return issuer


def _secret(table: "_Table") -> str:
    given, path = table.text("client_secret"), table.text("client_secret_file")
    table.check(not (given and path), "client_secret_file", "and client_secret exclude each other")
    if not path:
        return given
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        table.check(False, "client_secret_file", "cannot be read")
        return ""


def _file(table: "_Table", name: str) -> str:
    path = table.text(name)
    table.check(not path or Path(path).is_file(), name, "is no file")
    return path


def _labels(table: "_Table") -> tuple[tuple[str, str], ...]:
    labels = _Table(table.tables("label"), f"{table.at}.label", table.wrong)
    found = tuple((language, labels.text(language, needed=True)) for language in LANGUAGES)
    labels.done()
    return found


def _return_to(table: "_Table") -> tuple[str, ...]:
    addresses = table.texts("return_to")
    for address in addresses:
        parts = urlsplit(address)
        fine = bool(parts.hostname) if parts.scheme == "https" else _SCHEME.fullmatch(parts.scheme) is not None
        about = "must be whole addresses with https, or with an app's own scheme such as org.example.app:/signed-in"
        table.check(fine and not parts.query and not parts.fragment, "return_to", about)
    return addresses


def _role(table: "_Table") -> RoleRule:
    role = table.word("role", tuple(Role), None)
    level = table.word("level", tuple(Level), None)
    place = tuple(filter(None, table.text("place").split("/")))
    if level == Level.EVERYWHERE:
        table.check(not place, "place", "must be left out: everywhere is none")
    elif level:
        form = _PLACES[Level(level)]
        table.check(len(place) == form.count("/") + 1, "place", f"must be written in codes, as {form}")
    rule = RoleRule(
        group=table.text("group", needed=True),
        role=Role(role or Role.TECHNICIAN),
        level=Level(level or Level.EVERYWHERE),
        place=place,
    )
    table.done()
    return rule


class _Table:
    """A table of the file, read member by member; what is wrong with one is noted with the path to it."""

    def __init__(self, members: Mapping[str, Any], at: str, wrong: list[str]) -> None:
        self._members = members
        self._asked: set[str] = set()
        self.at = at
        self.wrong = wrong

    @classmethod
    def of(cls, value: Any, at: str, wrong: list[str]) -> "_Table":
        """Take any value for a table; of one that is none, that is noted."""
        made = cls(value if isinstance(value, dict) else {}, at, wrong)
        made.check(isinstance(value, dict), "", "must be a table")
        return made

    def check(self, fine: bool, name: str, about: str) -> None:
        """Note what is wrong with a member, unless all is well."""
        if not fine:
            self.wrong.append(f"{'.'.join(filter(None, (self.at, name)))} {about}.")

    def _get(self, name: str, kind: type, about: str) -> Any:
        self._asked.add(name)
        value = self._members.get(name)
        self.check(value is None or isinstance(value, kind), name, about)
        return value if isinstance(value, kind) else None

    def text(self, name: str, *, needed: bool = False) -> str:
        """Read a text; empty when it is not there."""
        value: str = self._get(name, str, "must be a text") or ""
        self.check(bool(value) or not needed or name in self._members, name, "is missing")
        self.check(bool(value) or not needed or name not in self._members, name, "must be a text that is not empty")
        return value

    def flag(self, name: str) -> bool:
        """Read true or false; false when it is not there."""
        return bool(self._get(name, bool, "must be true or false"))

    def word(self, name: str, words: tuple[str, ...], default: str | None) -> str:
        """Read one of these words; without a default it is needed."""
        value = self.text(name, needed=default is None)
        self.check(not value or value in words, name, f"must be one of {', '.join(words)}")
        return value if value in words else (default or "")

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Read a list of texts."""
        value = self._get(name, list, "must be a list of texts")
        if value is None:
            return default
        fine = all(isinstance(one, str) and one for one in value)
        self.check(fine, name, "must be a list of texts")
        return tuple(value) if fine else default

    def path(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Read the name of a claim, or the list of names that leads to it."""
        if isinstance(self._members.get(name), str):
            return (self.text(name, needed=True),)
        return self.texts(name, default) or default

    def tables(self, name: str) -> Mapping[str, Any]:
        """Read a table of anything."""
        found: Mapping[str, Any] = self._get(name, dict, "must be a table") or {}
        return found

    def inner(self, name: str) -> "list[_Table]":
        """Read a list of tables."""
        value = self._get(name, list, "must be a list of tables") or []
        return [_Table.of(one, f"{self.at}.{name}[{index}]", self.wrong) for index, one in enumerate(value)]

    def done(self) -> None:
        """Note members that nobody asked for: a word with a slip in it must not be passed over."""
        for name in sorted(self._members.keys() - self._asked):
            self.check(False, name, "is not known here")
