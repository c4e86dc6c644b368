"""The texts of all notices: a file in texts/ for each subject, with every text in every language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

LANGUAGES = ("zh-CN", "en")
TERMS = "terms"
"""The table of a file that holds single words instead of texts."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a notice says: a line, and what follows it. `{name}` is the place of a value."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Texts by name and language, and words likewise; a name is `file.table`, such as `sla.red`."""

    texts: Mapping[str, Mapping[str, Text]]
    terms: Mapping[str, Mapping[str, str]]


def read_catalogue() -> Catalogue:
    """Read the files of texts/."""
    texts: dict[str, Mapping[str, Text]] = {}
    terms: dict[str, Mapping[str, str]] = {}
    for file in sorted(resources.files(__package__).joinpath("texts").iterdir(), key=lambda one: one.name):
        subject, _, kind = file.name.rpartition(".")
        if kind != "toml":
            continue
        tables = tomllib.loads(file.read_text("utf-8"))
        terms |= {f"{subject}.{name}": words for name, words in tables.pop(TERMS, {}).items()}
        for name, table in tables.items():
            texts[f"{subject}.{name}"] = {language: Text(**table[language]) for language in LANGUAGES}
    return Catalogue(texts, terms)


CATALOGUE = read_catalogue()


def language_of(locale: str) -> str:
    """Return the language that a person with this locale reads."""
    return "en" if locale.lower().startswith("en") else LANGUAGES[0]
