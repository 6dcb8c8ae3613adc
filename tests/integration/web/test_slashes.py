"""An address with a slash at its end leads to the one without it, on every page, and never out of the house."""

import pytest
from aiohttp import web
from yarl import URL

from tests.security.test_front_door import TABLES, front  # a house with every page

__all__ = ["front"]

PAGES = sorted(
    route.path
    for table in TABLES
    for route in table
    if isinstance(route, web.RouteDef) and route.method == "GET" and not route.path.startswith(("/api/", "/twilio/"))
)


async def leads_to(front, address: str, **headers: str) -> tuple[int, str | None]:
    client = front.browser()
    at = URL(f"{client.make_url('/')}".rstrip("/") + address, encoded=True)
    answer = await client.session.get(at, allow_redirects=False, headers=headers)
    return answer.status, answer.headers.get("Location")


async def test_every_page_is_found_with_a_slash_at_its_end(front):
    paths = [
        path.replace("{id}", "x").replace("{slug}", "a%2Fb").replace("{token}", "t") for path in PAGES if path != "/"
    ]
    assert {"/help", "/help/search", "/help/sign-in", "/help/feed.atom", "/contact", "/knowledge"} <= {*paths}
    for path in paths:
        if "{" not in path:
            assert await leads_to(front, f"{path}/?lang=zh&q=%E9%80%80&q=%2F") == (
                301,
                f"{path}?lang=zh&q=%E9%80%80&q=%2F",
            )
            assert await leads_to(front, f"{path}//") == (301, path)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "//evil.test/",
            "//evil.test/help/",
            "///evil.test//",
            "//",
            "/%2Fevil.test/",
            "/%5Cevil.test/",
            "/\\evil.test/",
        ),
        *("//evil.test%2F/", "/help//evil.test/", "/nothing/", "/help/../evil/", "/help/files/", "/help/?/../"),
    ],
)
async def test_no_slash_leads_out_or_to_what_there_is_not(front, address):
    status, leads = await leads_to(front, address)
    assert (status, leads) in ((404, None), (301, "/help?/../")), (status, leads)


async def test_programs_and_forms_are_told_what_there_is_not(front):
    assert (await leads_to(front, "/api/v1/articles/"))[0] == 404
    assert (await front.browser().post("/contact/", allow_redirects=False)).status == 404
