"""Looks at how people sign in: passwords that everybody knows, and identity providers that do not answer."""

import ipaddress
import random

from cli.demo.people import PASSWORD, staff
from cli.looks import Finding, State
from dispatch.accounts.passwords import Passwords
from dispatch.accounts.signing_in import check_password
from dispatch.single_sign_on.looking import look_at_providers
from kernel.actor import system_actor
from kernel.errors import DomainError
from kernel.runtime import Runtime


def look_at_passwords(runtime: Runtime) -> Finding:
    """Look whether somebody outside may sign in with the password of the demo."""
    host = runtime.settings.host
    if is_loopback(host):
        return Finding("passwords", State.OK, f"Only this machine can reach {host}.")
    if login := _with_demo_password(runtime):
        says = f"{login!r} still has the password of the demo, and {host} can be reached from outside."
        return Finding(
            "passwords", State.BAD, says, "Give it another, or start anew with `up --no-demo` in another folder."
        )
    return Finding("passwords", State.OK, "No account has the password of the demo.")


def look_at_sign_in(runtime: Runtime) -> Finding:
    """Look whether the identity providers that are set can be used."""
    providers = runtime.settings.identity_providers
    with runtime.reading(system_actor()) as reading:
        wrong = look_at_providers(reading, providers)
    if not wrong:
        return Finding("sign-in", State.OK, f"Identity providers that answer: {len(providers)}.")
    do = "People sign in with their passwords meanwhile. Look at FIELDBEAT_IDENTITY_PROVIDERS and docs/identity.md."
    return Finding("sign-in", State.WARN, " ".join(wrong), do)


def _with_demo_password(runtime: Runtime) -> str | None:
    passwords = Passwords(runtime.settings.password_memory_kib)
    for person in staff(random.Random(0)):  # noqa: S311 - only their logins are wanted
        with runtime.reading(system_actor()) as reading:
            try:
                check_password(reading, login=person.login, password=PASSWORD, passwords=passwords)
            except DomainError:
                continue
            return person.login
    return None


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server on this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
