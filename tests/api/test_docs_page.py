import re

import pytest

from api.docs_page import ASSETS
from kernel.errors import CATALOGUE

PAGES = ("/", "/docs", "/docs/errors")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_outside(plain, path):
    page = plain.get(path)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    loaded = re.findall(r"""(?:src|href|action)\s*=\s*["']([^"']+)""", page.text)
    assert all(address.startswith(("/", "data:", "#")) and not address.startswith("//") for address in loaded), loaded
    assert not re.findall(r"@import|url\(", page.text)


@pytest.mark.parametrize("path", PAGES)
def test_only_the_pages_own_scripts_and_styles_run(plain, path):
    page = plain.get(path)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    (script,) = re.findall(r"script-src ([^;]+)", policy)
    assert "unsafe" not in script
    assert "http" not in policy.replace("https", "")
    nonce = re.search(r"'nonce-([^']+)'", policy).group(1)
    assert set(re.findall(r'nonce="([^"]*)"', page.text)) == {nonce}
    assert len(re.findall(r"<(?:script|style)", page.text)) == page.text.count(f'nonce="{nonce}"')
    assert nonce not in plain.get(path).text


def test_what_the_documentation_loads_is_there(plain):
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', plain.get("/docs").text):
        with plain.get(address) as answer:
            assert answer.status_code == 200, address
            assert "max-age" in answer.headers["Cache-Control"]
    assert plain.get("/v1/openapi.json").status_code == 200


def test_the_documentation_asks_nobody_whether_it_is_valid(plain):
    assert "validatorUrl: null" in plain.get("/docs").text


@pytest.mark.parametrize("path", ["/_docs/../docs_page.py", "/_docs/%2e%2e/__init__.py", "/_docs/none.js", "/_docs/"])
def test_nothing_else_is_served_from_beside_the_assets(plain, path):
    assert plain.get(path).status_code == 404
    assert (ASSETS / "swagger-ui.css").is_file()


def test_every_error_can_be_looked_up_where_its_type_says(plain):
    page = plain.get("/docs/errors").text
    assert all(f'<tr id="{code}">' in page for code in CATALOGUE)


def test_the_welcome_speaks_both_languages_and_leads_on(plain):
    page = plain.get("/", base_url="http://10.0.0.7:8080").text
    assert "工单" in page
    assert "work orders" in page
    assert all(
        f'href="{address}"' in page for address in ("/docs", "/health/ready", "/docs/errors", "/v1/openapi.json")
    )
    assert "http://10.0.0.7:8080/v1/login" in page


def test_a_host_name_cannot_bring_markup_into_the_page(plain):
    page = plain.get("/", headers={"Host": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text
