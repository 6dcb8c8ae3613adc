"""The register fits a small screen, and the step forward of a complaint is one key away."""

from playwright.async_api import expect

from tests.browser.axe import looks_right
from tests.browser.conftest import SignIn
from tests.browser.shop import Shop


async def test_no_column_of_the_register_lies_under_the_panel_on_a_small_screen(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor", width=1280, height=800)
    await sue.goes_to("/complaints")

    table, main = await sue.page.locator(".reg").bounding_box(), await sue.page.locator("main").bounding_box()
    assert table and main
    assert table["x"] + table["width"] <= main["x"] + main["width"]
    assert await sue.page.evaluate(
        "() => { const m = document.querySelector('main'); return m.scrollWidth <= m.clientWidth }"
    )
    await looks_right(sue.page)


async def test_control_and_enter_send_the_step_forward_and_what_it_lacks_has_the_focus(
    shop: Shop, sign_in: SignIn
) -> None:
    about = {"category": "billing.fee", "severity": 2, "remedy_sought": "The fee back", "verbatim": "I paid twice."}
    found = (await shop.asks("GET", "/api/v1/complaints?limit=1"))["items"][0]
    made = await shop.asks(
        "POST", "/api/v1/complaints", about | {"category": found["category"], "customer_id": found["customer"]["id"]}
    )
    sue = await sign_in("supervisor")
    await sue.goes_to(f"/complaints/{made['id']}")
    await expect(sue.page.locator("details[open] .btn.primary")).to_contain_text("Assign and assess")

    await sue.presses("Control+Enter")

    await sue.sees("missing: who handles it", within="[role=alert]")
    await expect(sue.page.get_by_label("Owner")).to_be_focused()
