from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from dispatch.accounts import queries, service
from dispatch.accounts.models import User
from dispatch.accounts.sessions.queries import caller_of_token
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP, PASSWORD

NOBODY = UUID(int=9)


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def paths(error: DomainError) -> list[str]:
    return [problem.path for problem in error.fields]


def sign_in(uow, login="wang.fang", password=PASSWORD):
    return factories.sign_in(uow, login, password)


@pytest.fixture
def region(uow):
    return factories.region(uow)


@pytest.fixture
def wang(uow, region):
    return factories.user(uow, region_id=region, login="wang.fang", password=PASSWORD)


# Accounts


def test_a_login_is_kept_in_lower_case_and_without_blanks(uow, region):
    user_id = factories.user(uow, region_id=region, login="  Wang.Fang ")
    assert queries.user(uow, user_id).login == "wang.fang"


def test_a_login_belongs_to_one_person(uow, wang):
    refused = refusal(factories.user, uow, login="WANG.FANG")
    assert (refused.code, paths(refused)) == ("accounts.login_taken", ["/login"])
    # The refusal leaves the transaction usable, on PostgreSQL too.
    assert queries.user(uow, wang).name == "王芳"


@pytest.mark.parametrize("login", ["", "   ", "wang fang", "wang\tfang", "x" * 65, "a\u2028b"])
def test_a_login_is_one_short_word(uow, login):
    refused = refusal(service.create_user, uow, login=login, name="王芳")
    assert (refused.code, paths(refused)) == ("accounts.login_wrong", ["/login"])


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", " ", "invalid"),
        ("name", "x" * 81, "invalid"),
        ("phone", "1" * 33, "invalid"),
        ("locale", "tlh", "accounts.locale_unknown"),
        ("password", "short", "accounts.password_weak"),
    ],
)
def test_an_unusable_field_is_named(uow, field, value, code):
    refused = refusal(service.create_user, uow, **{"login": "li.na", "name": "李娜", field: value})
    assert (refused.code, paths(refused)) == (code, [f"/{field}"])


def test_only_those_in_charge_of_a_region_make_accounts_in_it(uow, region):
    other = factories.region(uow)
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region, region)
    service.create_user(operations, login="li.na", name="李娜", region_id=region)
    for region_id in (other, None):
        refused = refusal(service.create_user, operations, login="li.qiang", name="李强", region_id=region_id)
        assert refused.code == "accounts.may_not_manage"
    agent = factories.acting_as(uow, Role.AGENT, Level.REGION, region, region)
    assert refusal(service.create_user, agent, login="x", name="x", region_id=region).code == "accounts.may_not_manage"


def test_people_change_their_own_account(uow, wang):
    mine = factories.acting(uow, wang)
    service.edit_user(mine, user_id=wang, name="王芳芳", phone=" ", locale="en")
    row = queries.user(uow, wang)
    assert (row.name, row.phone, row.locale) == ("王芳芳", None, "en")
    assert factories.actor(uow, wang).locale == "en"


def test_an_account_is_edited_by_who_is_in_charge_and_by_nobody_else(uow, region, wang):
    fields = {"user_id": wang, "name": "王丽", "phone": None, "locale": "zh-CN"}
    colleague = factories.acting_as(uow, Role.AGENT, Level.REGION, region, region)
    assert refusal(service.edit_user, colleague, **fields).code == "accounts.may_not_manage"
    other = factories.region(uow)
    stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, other, other)
    assert refusal(service.edit_user, stranger, **fields).code == "accounts.unknown"
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region, region)
    service.edit_user(operations, **fields)
    assert queries.user(uow, wang).name == "王丽"


def test_an_edit_names_the_field_that_is_wrong(uow, wang):
    for field, value in {"name": "", "phone": "1" * 33, "locale": "tlh"}.items():
        fields = {"name": "王芳", "phone": None, "locale": "en", field: value}
        assert paths(refusal(service.edit_user, uow, user_id=wang, **fields)) == [f"/{field}"]


def test_an_unknown_person_is_not_found(uow):
    assert refusal(service.set_active, uow, user_id=NOBODY, active=False).code == "accounts.unknown"


def test_a_closed_account_is_signed_out_and_cannot_sign_in_until_it_is_opened(uow, wang):
    token = sign_in(uow).token
    service.set_active(uow, user_id=wang, active=False)
    assert refusal(caller_of_token, uow.session, token, uow.now).code == "token-invalid"
    assert refusal(sign_in, uow).code == "accounts.wrong_password"
    service.set_active(uow, user_id=wang, active=True)
    assert refusal(caller_of_token, uow.session, token, uow.now).code == "token-invalid"
    # What it was opened with before is gone: it begins with a new password.
    assert refusal(sign_in, uow).code == "accounts.wrong_password"
    service.set_password(uow, user_id=wang, password=factories.PASSWORD)
    assert sign_in(uow).user_id == wang


def test_nobody_closes_their_own_account_or_that_of_an_equal(uow, region):
    first, second = (
        factories.person_with(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region, region_id=region) for _ in range(2)
    )
    for user_id in (first, second):
        refused = refusal(service.set_active, factories.acting(uow, first), user_id=user_id, active=False)
        assert refused.code == "accounts.may_not_manage"


def test_a_role_that_begins_tomorrow_already_protects_the_account(uow, region, wang):
    service.grant_role(
        uow,
        user_id=wang,
        role=Role.ADMINISTRATOR,
        level=Level.REGION,
        place_id=region,
        valid_from=NOW + timedelta(days=1),
    )
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region, region)
    refused = refusal(service.set_password, operations, user_id=wang, password="another word 1", passwords=CHEAP)
    assert refused.code == "accounts.may_not_manage"


def test_what_changes_about_a_person_goes_to_their_phones(uow, region, wang):
    uow.changes.clear()
    service.edit_user(uow, user_id=wang, name="王芳", phone=None, locale="en")
    assert [(c.region_id, c.scope, c.type, c.id) for c in uow.changes] == [(region, f"user:{wang}", "me", str(wang))]


def test_somebody_of_no_region_has_no_feed(uow):
    uow.changes.clear()
    factories.user(uow)
    assert uow.changes == []


# Passwords


def test_the_password_itself_is_nowhere_in_the_database(uow, wang):
    stored = uow.session.scalars(select(User.password_hash).where(User.id == wang)).one()
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


def test_ones_own_password_takes_the_present_one(uow, wang):
    mine = factories.acting(uow, wang)
    for present in (None, "", "wrong password"):
        refused = refusal(
            service.set_password, mine, user_id=wang, password="another word 1", present=present, passwords=CHEAP
        )
        assert refused.code == "accounts.wrong_password"
    service.set_password(mine, user_id=wang, password="another word 1", present=PASSWORD, passwords=CHEAP)
    assert sign_in(uow, password="another word 1").user_id == wang
    assert refusal(sign_in, uow).code == "accounts.wrong_password"


def test_a_new_password_ends_all_sessions_but_the_one_that_gives_it(uow, wang):
    others, mine = sign_in(uow), sign_in(uow)
    service.set_password(uow, user_id=wang, password="another word 1", passwords=CHEAP, session_id=mine.session_id)
    assert refusal(caller_of_token, uow.session, others.token, uow.now).code == "token-invalid"
    assert caller_of_token(uow.session, mine.token, uow.now).actor.user_id == wang
    service.set_password(uow, user_id=wang, password="another word 2", passwords=CHEAP)
    assert refusal(caller_of_token, uow.session, mine.token, uow.now).code == "token-invalid"


def test_a_weak_new_password_is_refused_with_its_path(uow, wang):
    for password in ("short", "x" * 201):
        refused = refusal(service.set_password, uow, user_id=wang, password=password, passwords=CHEAP)
        assert (refused.code, paths(refused)) == ("accounts.password_weak", ["/password"])


def test_nobody_sets_the_password_of_somebody_above_them(uow, region):
    admin = factories.person_with(uow, Role.ADMINISTRATOR, Level.REGION, region, region_id=region)
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region, region)
    refused = refusal(service.set_password, operations, user_id=admin, password="another word 1", passwords=CHEAP)
    assert refused.code == "accounts.may_not_manage"
