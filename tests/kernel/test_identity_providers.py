import pytest

from kernel.actor import Level, Role
from kernel.identity_providers import ProvidersError, RoleRule, read_providers
from kernel.settings import Settings, SettingsError

FULL = """
[providers.keycloak]
issuer = "https://sso.example.org/realms/field"
client_id = "fieldbeat"
client_secret_file = "{folder}/secret"
label = {{ zh-CN = "公司账号登录", en = "Company account" }}
scopes = ["openid", "profile", "groups"]
login_claim = "https://example.org/login"
groups_claim = ["realm_access", "roles"]
userinfo = true
allowed_domains = ["Example.org"]
create = true
region = "LS"
locale = "en"
link_existing = "verified_email"
return_to = ["https://console.example.org/", "org.example.app:/signed-in"]
loopback = true
internal = false

[[providers.keycloak.roles]]
group = "fieldbeat-managers"
role = "station_manager"
level = "station"
place = "LS/LC"

[[providers.keycloak.roles]]
group = "fieldbeat-admins"
role = "administrator"
level = "everywhere"

[providers.second]
issuer = "http://127.0.0.1:8081/realms/x"
internal = true
client_id = "x"
label = {{ zh-CN = "乙", en = "B" }}
"""


@pytest.fixture
def read(tmp_path):
    def reading(text):
        (tmp_path / "secret").write_text("s3cret\n")
        path = tmp_path / "providers.toml"
        path.write_text(text, "utf-8")
        return read_providers(path)

    return reading


def test_the_file_is_read_whole(read, tmp_path):
    first, second = read(FULL.format(folder=tmp_path))
    assert (first.id, first.client_secret, first.labels) == (
        "keycloak",
        "s3cret",
        (("zh-CN", "公司账号登录"), ("en", "Company account")),
    )
    assert first.login_claim == ("https://example.org/login",)
    assert first.groups_claim == ("realm_access", "roles")
    assert first.allowed_domains == ("example.org",)
    assert first.roles == (
        RoleRule("fieldbeat-managers", Role.STATION_MANAGER, Level.STATION, ("LS", "LC")),
        RoleRule("fieldbeat-admins", Role.ADMINISTRATOR, Level.EVERYWHERE, ()),
    )
    assert (second.scopes, second.login_claim, second.create, second.link_existing) == (
        ("openid", "profile", "email"),
        ("preferred_username",),
        False,
        "no",
    )
    assert "s3cret" not in repr(first)


SMALL = 'issuer = "https://id.example.org"\nclient_id = "x"\nlabel = { zh-CN = "甲", en = "A" }\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[providers.A]\n" + SMALL, "providers.A is no name"),
        ("providers = 7", "providers must be a table"),
        ("[providers]\na = 7", "providers.a must be a table"),
        ("[provider.a]\n" + SMALL, "provider is not known here"),
        ("[providers.a]\nclient_id = 7", "providers.a.client_id must be a text"),
        ("[providers.a]\n", "providers.a.issuer is missing"),
        ("[providers.a]\n" + SMALL.replace("https", "http"), "providers.a.issuer must be an address with https"),
        ("[providers.a]\n" + SMALL.replace("example.org", "example.org/?x=y"), "providers.a.issuer must be an address"),
        ("[providers.a]\n" + SMALL.replace(', en = "A"', ""), "providers.a.label.en is missing"),
        ("[providers.a]\n" + SMALL + 'scopes = ["profile"]', "providers.a.scopes must hold openid"),
        ("[providers.a]\n" + SMALL + "scopes = [7]", "providers.a.scopes must be a list of texts"),
        ("[providers.a]\n" + SMALL + 'create = "yes"', "providers.a.create must be true or false"),
        ("[providers.a]\n" + SMALL + 'link_existing = "email"', "providers.a.link_existing must be one of no, verified"),
        ("[providers.a]\n" + SMALL + 'client_secret_file = "/none"', "providers.a.client_secret_file cannot be read"),
        ("[providers.a]\n" + SMALL + 'ca_file = "/none"', "providers.a.ca_file is no file"),
        ("[providers.a]\n" + SMALL + 'return_to = ["http://x.example/"]', "providers.a.return_to must be whole addresses"),
        ("[providers.a]\n" + SMALL + 'return_to = ["javascript:x"]', "providers.a.return_to must be whole addresses"),
        ("[providers.a]\n" + SMALL + "groups_claims = []", "providers.a.groups_claims is not known here"),
        ("[providers.a]\n" + SMALL + "roles = [7]", "providers.a.roles[0] must be a table"),
        (
            "[providers.a]\n" + SMALL + '[[providers.a.roles]]\ngroup = "g"\nrole = "boss"\nlevel = "region"\nplace = "LS"',
            "providers.a.roles[0].role must be one of technician",
        ),
        (
            "[providers.a]\n" + SMALL + '[[providers.a.roles]]\ngroup = "g"\nrole = "agent"\nlevel = "group"\nplace = "LS/LC"',
            "providers.a.roles[0].place must be written in codes, as REGION/STATION/GROUP",
        ),
        (
            "[providers.a]\n" + SMALL + '[[providers.a.roles]]\ngroup = "g"\nrole = "agent"\nlevel = "everywhere"\nplace = "LS"',
            "providers.a.roles[0].place must be left out",
        ),
        ("[providers.a", "is not TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(read, text, says):
    with pytest.raises(ProvidersError) as refused:
        read(text)
    assert says in str(refused.value)


def test_the_settings_say_all_that_is_wrong_at_once_and_no_secret(tmp_path):
    path = tmp_path / "providers.toml"
    path.write_text('[providers.a]\nclient_secret = "s3cret"\nissuer = 7\n')
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"FIELDBEAT_IDENTITY_PROVIDERS": str(path), "FIELDBEAT_PORT": "x"})
    assert "FIELDBEAT_PORT" in str(refused.value)
    assert "providers.a.issuer must be a text" in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert Settings.from_environment({}).identity_providers == ()
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.from_environment({"FIELDBEAT_IDENTITY_PROVIDERS": str(tmp_path / "none")})
