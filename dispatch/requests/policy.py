"""What a region decides about requests: what repeats another, what a report is about, and how much a web form may bring."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.policies import errors, rules
from dispatch.requests.channels import Channel
from dispatch.requests.duplicates import HOURS
from dispatch.sla.deadline import Priority

SUBJECT = "requests"
MOST_RULES, MOST_WORDS = 200, 50
MEMBERS = ("repeat_hours", "rules", "confirm", "form_per_hour", "form_per_contact")


@dataclass(frozen=True, slots=True)
class ClassRule:
    """Says what a report is about: when its category is one of these, or one of these words stands in its text."""

    work_type: str
    priority: Priority | None = None
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """The rules of a region. `confirm` names the channels on which a proposal waits until a person has confirmed it."""

    repeat_hours: int = HOURS
    rules: tuple[ClassRule, ...] = ()
    confirm: frozenset[Channel] = frozenset({Channel.WEB})
    form_per_hour: int = 60
    form_per_contact: int = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a report seems to be about, by which rule (from 0), and because of which category or word."""

    work_type: str
    priority: Priority | None
    rule: int
    because: str


def read_policy(given: Mapping[str, Any]) -> RequestPolicy:
    """Read the rules of a region; what is left out has its default. Raises Invalid (policy.rules_wrong) with the path."""
    rules.known(given, MEMBERS)
    confirm = rules.texts(given.get("confirm", [Channel.WEB.value]), len(Channel), 32, "/rules/confirm")
    for nth, one in enumerate(confirm):
        if one not in list(Channel):
            raise errors.RULES_WRONG("one of " + ", ".join(Channel), path=f"/rules/confirm/{nth}")
    class_rules = given.get("rules", [])
    if not isinstance(class_rules, list) or len(class_rules) > MOST_RULES:
        raise errors.RULES_WRONG(f"a list of at most {MOST_RULES} rules", path="/rules/rules")
    return RequestPolicy(
        rules.whole(given, "repeat_hours", HOURS, 0, 24 * 30),
        tuple(_read_rule(one, f"/rules/rules/{nth}") for nth, one in enumerate(class_rules)),
        frozenset(Channel(one) for one in confirm),
        rules.whole(given, "form_per_hour", 60, 0, 10_000),
        rules.whole(given, "form_per_contact", 5, 1, 10_000),
    )


def _read_rule(given: Any, path: str) -> ClassRule:
    if not isinstance(given, Mapping):
        raise errors.RULES_WRONG("a rule names a work type, and categories or words", path=path)
    rules.known(given, ("work_type", "priority", "categories", "words"), path)
    priority = given.get("priority")
    if priority is not None and priority not in list(Priority):
        raise errors.RULES_WRONG("one of " + ", ".join(Priority), path=f"{path}/priority")
    categories = rules.texts(given.get("categories", []), MOST_WORDS, 120, f"{path}/categories")
    words = rules.texts(given.get("words", []), MOST_WORDS, 120, f"{path}/words")
    if not categories and not words:
        raise errors.RULES_WRONG("a rule without categories and words never applies", path=f"{path}/words")
    return ClassRule(
        rules.text(given.get("work_type"), 48, f"{path}/work_type"),
        None if priority is None else Priority(priority),
        categories,
        words,
    )


def classify(policy: RequestPolicy, category: str | None, *texts: str | None) -> Proposal | None:
    """Say what a report seems to be about: by the first rule that knows its category, or else a word of its text.

    Capitals and the width of letters make no difference. None when no rule applies.
    """
    named = _plain(category or "")
    report = _plain(" ".join(text for text in texts if text))
    for nth, rule in enumerate(policy.rules):
        if named and named in {_plain(one) for one in rule.categories}:
            return Proposal(rule.work_type, rule.priority, nth, category or "")
    for nth, rule in enumerate(policy.rules):
        for word in rule.words:
            if _plain(word) in report:
                return Proposal(rule.work_type, rule.priority, nth, word)
    return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
