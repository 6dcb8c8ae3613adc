"""An agent's part of the main job, by keyboard alone; and what a console promises about drafts, tabs and gaps."""

import asyncio
import re

from playwright.async_api import WebSocketRoute, expect

from tests.browser.axe import findings
from tests.browser.conftest import SignIn
from tests.browser.shop import Shop, eventually
from tests.browser.windows import resizes

#: The way of a complaint to its end.
CLOSING: tuple[tuple[str, dict[str, str]], ...] = (
    ("triage", {"level": "general"}),
    ("investigating", {"plan": "Read the account"}),
    ("decision_review", {"findings": "Charged twice", "cause": "systems.invoice", "redress": "apology"}),
    ("closed", {"decision": "upheld", "response": "We charged you twice. We are sorry."}),
)


async def test_a_chat_is_accepted_answered_made_a_complaint_and_wrapped_up_without_a_mouse(
    shop: Shop, sign_in: SignIn
) -> None:
    agent = await sign_in("agent1")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("I was charged twice for October and nobody calls me back.")

    await agent.sees("Ana Fuller", within=".offer")
    await agent.sees("charged twice", within=".offer")
    await agent.sees("You have been free longest", within=".offer")
    await agent.sees("Ana Fuller", within=".pop")
    await agent.presses("F2")
    await agent.sees("Chat", within=".pane .head")

    await agent.types("I am looking at it now.")
    await agent.presses("Control+Enter")
    await ana.hears("I am looking at it now.")
    await agent.sees("I am looking at it now.", within=".thread .ours")

    await ana.says("Both charges are on one invoice.")
    await agent.sees("Both charges are on one invoice.", within=".thread")
    await agent.presses("Alt+C")
    await agent.sees("Log a complaint", within="dialog")
    await expect(agent.page.locator("#complaint-verbatim")).to_have_value(re.compile("Both charges"))
    await agent.types("Wrong amount")  # the browser chooses by the first letters
    await agent.presses("Tab", "ArrowRight", "Tab")
    await agent.types("The second charge back")
    await agent.presses("Control+Enter")
    await agent.sees("is logged", within=".toasts")
    await agent.sees("C-20", within=".pop .due")

    await agent.presses("Alt+E")
    await agent.sees("Wrap-up", within=".call")
    await agent.presses("Escape", "1", "Control+Enter")
    await agent.sees_no_more("Outcome needed", within=".work")

    logged = (await shop.asks("GET", "/api/v1/complaints?limit=1"))["items"][0]
    assert (logged["remedy_sought"], logged["severity"]) == ("The second charge back", 3)
    contact = await shop.asks("GET", f"/api/v1/interactions/{logged['interaction_id']}")
    assert (contact["state"], contact["disposition"]) == ("closed", "complaint_taken")


async def test_a_call_back_ends_with_one_of_its_own_outcomes(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent4")
    await agent.is_available()
    ana = await shop.asks("POST", "/api/v1/customers", {"name": "Ana Fuller"})
    new = {"customer_id": ana["id"], "queue": "general", "title": "Ring her about the second charge"}
    made = await shop.asks("POST", "/api/v1/callbacks", new)
    await agent.sees("Ring her about the second charge", within=".offer")
    await agent.presses("F2")

    choices = agent.page.locator("fieldset button")
    await expect(choices).to_have_text(["Reached 1", "Gave up 2", "Cancelled 3"])
    await agent.presses("1", "Control+Enter")
    await agent.sees("Done: Ring her about the second charge", within=".toasts")
    assert (await shop.asks("GET", f"/api/v1/callbacks/{made['id']}"))["outcome"] == "reached"


async def test_a_mail_is_answered_with_a_canned_reply_and_the_answer_goes_out(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent2")
    await agent.is_available()
    await shop.mails("Bo Lind <bo@kundin.example>", "billing@demo.test", "Label is missing", "There was no label.")

    await agent.sees("Label is missing", within=".offer")
    await agent.presses("F2")
    await agent.sees("There was no label.", within=".thread")
    await agent.sees("1 open", within=".presence")  # live is who waits on the other end just now
    await agent.sees_no_more("live", within=".presence")
    await agent.types("Hello Bo, /refu")
    await agent.sees("Refund on its way", within=".menu.slash")
    await agent.presses("Enter", "Control+Enter")
    await agent.sees("Handed over", within=".thread .ours")

    sent = await shop.mail_out()
    assert any("five working days" in str(mail) or "Label is missing" in str(mail) for mail in sent)


async def test_what_is_typed_after_accepting_goes_to_whom_was_accepted_and_to_nobody_else(
    shop: Shop, sign_in: SignIn
) -> None:
    words = "Thank you for writing, your refund is on its way"
    agent = await sign_in("agent2")
    await agent.is_available()
    await shop.mails("Ana Fuller <ana@kundin.example>", "billing@demo.test", "Charged twice", "I was charged twice.")
    await agent.sees("Charged twice", within=".offer")
    await agent.presses("F2")
    await agent.sees("I was charged twice.", within=".thread")
    await shop.mails("Bo Lind <bo@kundin.example>", "billing@demo.test", "Label is missing", "There was no label.")
    await agent.sees("Label is missing", within=".offer")

    await agent.presses("F2")
    await agent.types(words)  # at once: the conversation need not be there yet
    await agent.presses("Control+Enter")
    await agent.sees("Handed over", within=".thread .ours")
    await agent.sees("There was no label.", within=".thread")
    await expect(agent.page.locator(".composer textarea")).to_be_focused()

    sent = [mail for mail in await shop.mail_out() if words in str(mail)]
    assert ["bo@kundin.example" in str(mail) for mail in sent] == [True]
    assert sum("ana@kundin.example" in str(mail) and "refund" in str(mail) for mail in await shop.mail_out()) == 0
    await agent.presses("Alt+J")
    await agent.sees("I was charged twice.", within=".thread")
    await expect(agent.page.locator(".composer textarea")).to_have_value("")
    await expect(agent.page.locator(".thread .ours")).to_have_count(0)


async def test_letters_are_keys_in_the_list_and_text_everywhere_else(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent2")
    await agent.is_available()
    for number in (1, 2):
        await shop.mails(f"Bo {number} <bo{number}@kundin.example>", "billing@demo.test", f"Label {number}", "Hello")
        await agent.sees(f"Label {number}", within=".offer")
        await agent.presses("F2")
        await agent.sees(f"Label {number}", within=".stage .head")
    await agent.page.evaluate("document.activeElement.blur()")
    await agent.presses("j", "k", "j", "r", "?")
    await agent.sees("Label 2", within=".stage .head")
    await expect(agent.page.locator("dialog")).to_have_count(0)

    await agent.page.locator(".work .row", has_text="Label 2").focus()
    await agent.presses("j")
    await agent.sees("Label 1", within=".stage .head")
    await expect(agent.page.locator(".work .row", has_text="Label 1")).to_be_focused()
    await agent.presses("k")
    await agent.sees("Label 2", within=".stage .head")
    await agent.presses("r")
    await expect(agent.page.locator(".composer textarea")).to_be_focused()
    await agent.presses("Alt+J")
    await agent.sees("Label 1", within=".stage .head")
    await expect(agent.page.locator(".composer textarea")).to_be_focused()


async def test_what_is_accepted_is_not_put_over_a_text_that_is_being_written(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent3")
    await agent.is_available()
    ana, bo = await shop.visitor("Ana Fuller"), await shop.visitor("Bo Lind")
    await ana.asks("Where is my parcel?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Where is my parcel?", within=".thread")
    await agent.types("It left ")
    await bo.asks("And mine?")
    await agent.sees("Bo Lind", within=".offer")

    await agent.presses("F2")
    await agent.types("on Monday")
    await agent.sees("Bo Lind is yours and stands in your list", within=".toasts")
    await agent.sees("Ana Fuller", within=".work [aria-current] .who")
    await expect(agent.page.locator(".composer textarea")).to_have_value("It left on Monday")
    await expect(agent.page.locator(".composer textarea")).to_be_focused()


async def test_after_a_contact_the_hand_is_at_the_next(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent4")
    await agent.is_available()
    ana, bo = await shop.visitor("Ana Fuller"), await shop.visitor("Bo Lind")
    for visitor in (ana, bo):
        await visitor.asks(f"It is {visitor.name}")
        await agent.sees(visitor.name, within=".offer")
        await agent.presses("F2")
        await agent.sees(f"It is {visitor.name}", within=".thread")

    await agent.presses("Alt+E")
    await agent.sees("Wrap-up", within=".call")
    await expect(agent.page.locator(".stage .pane")).to_be_focused()
    await agent.presses("1", "Control+Enter")
    await expect(agent.page.locator(".work .row", has_text="Ana Fuller")).to_be_focused()
    await agent.presses("Enter", "Alt+E")
    await agent.sees("Wrap-up", within=".call")
    await expect(agent.page.locator(".stage .pane")).to_be_focused()
    await agent.presses("1", "Control+Enter")
    await agent.sees("Nothing in hand", within=".work")
    await expect(agent.page.locator(".work")).to_be_focused()


async def test_an_offer_takes_neither_the_focus_nor_what_is_being_typed(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent1")
    await agent.is_available()
    ana, bo = await shop.visitor("Ana Fuller"), await shop.visitor("Bo Lind")
    await ana.asks("Hello?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Hello?", within=".thread")
    await agent.types("Only one: the ")

    await bo.asks("Is anybody there?")
    await agent.sees("Bo Lind", within=".offer")
    await agent.sees("Bo Lind", within=".pop")
    await agent.types("other is")

    box = agent.page.locator(".composer textarea")
    await expect(box).to_be_focused()
    await expect(box).to_have_value("Only one: the other is")
    await agent.presses("Escape")
    await agent.sees("Ana Fuller", within=".pop h2")
    await agent.presses("Shift+F2")
    await expect(agent.page.locator(".offer")).to_have_count(0)
    await expect(box).to_have_value("Only one: the other is")


async def test_an_answer_that_was_not_sent_is_asked_about_before_the_end(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent1")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Hello?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Hello?", within=".thread")
    await agent.types("It left on Monday")

    await agent.presses("Alt+E")
    await agent.sees("There is an unsent answer", within="dialog")
    await agent.sees("It left on Monday", within="dialog")
    assert await findings(agent.page) == []
    await agent.presses("Escape")
    await expect(agent.page.locator("dialog")).to_have_count(0)
    await expect(agent.page.locator(".composer textarea")).to_have_value("It left on Monday")

    await agent.presses("Alt+E")
    await expect(agent.page.locator("dialog").get_by_role("button", name="Send and end")).to_be_focused()
    await agent.presses("Enter")
    await ana.hears("It left on Monday")
    await agent.sees("Wrap-up", within=".call")


async def test_an_answer_that_was_not_sent_is_asked_about_before_a_contact_is_put_aside(
    shop: Shop, sign_in: SignIn
) -> None:
    agent = await sign_in("agent1")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Hello?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Hello?", within=".thread")
    box = agent.page.locator(".composer textarea")
    await agent.types("It left on Mon")

    await agent.presses("Alt+S")
    await agent.page.get_by_role("button", name="In an hour").press("Enter")
    await agent.sees("There is an unsent answer", within="dialog")
    await agent.sees("Keep it and snooze", within="dialog")
    assert await findings(agent.page) == []
    await agent.page.get_by_role("button", name="Go on writing").press("Enter")
    await expect(box).to_be_focused()
    await agent.types("day")
    await expect(box).to_have_value("It left on Monday")

    await agent.presses("Alt+S")
    await agent.page.get_by_role("button", name="In an hour").press("Enter")
    await agent.page.get_by_role("button", name="Keep it and snooze").press("Enter")
    await agent.sees("Nothing in hand", within=".work")
    assert "It left on Monday" not in ana.heard
    await ana.says("I am still here")  # which brings it back
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await expect(box).to_have_value("It left on Monday")


async def test_what_was_not_sent_is_asked_about_before_a_contact_goes_to_somebody_else(
    shop: Shop, sign_in: SignIn
) -> None:
    agent, other = await sign_in("agent1"), await sign_in("agent2")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Hello?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Hello?", within=".thread")
    await agent.types("It left on Monday")
    await agent.presses("Alt+T")
    await agent.types("Technical")
    await agent.presses("Tab")
    await agent.types("She has waited long")
    await agent.presses("Control+Enter")
    await agent.sees("It left on Monday", within="dialog")
    await expect(agent.page.get_by_role("button", name="Send and transfer")).to_be_focused()
    await agent.presses("Escape")
    await expect(agent.page.locator(".composer textarea")).to_be_focused()
    await agent.presses("Alt+T")
    await expect(agent.page.locator("#transfer-note")).to_have_value("She has waited long")
    await expect(agent.page.locator("#transfer-to")).to_be_focused()
    await agent.types("Technical")
    await agent.presses("Enter")
    await expect(agent.page.get_by_role("button", name="Send and transfer")).to_be_focused()
    await agent.presses("Enter")
    await agent.sees("Transferred to Technical", within=".toasts")
    await ana.hears("It left on Monday")

    await other.is_available()
    await other.sees("Ana Fuller", within=".offer")
    await other.presses("F2")
    await other.sees("She has waited long", within=".thread .note")
    await other.types("Never mind")
    await other.presses("Alt+N", "Alt+T")
    await other.types("Billing")
    await other.presses("Enter")
    await other.sees("There is an unsent note", within="dialog")
    await other.page.get_by_role("button", name="Transfer without it").press("Enter")
    await other.sees("Transferred to Billing", within=".toasts")
    assert ana.heard.count("It left on Monday") == 1
    assert "Never mind" not in ana.heard
    assert await other.page.evaluate("Object.keys(localStorage).filter(name => /:(draft|notes):/.test(name))") == []


#: The outcomes begin below the offer, and what was said has not moved out of its way besides.
STANDS_BELOW = """() => {
  const parts = [".offer", ".after legend", ".after .thread"];
  const [offer, outcomes, thread] = parts.map((part) => document.querySelector(part));
  if (!offer || !outcomes || !thread) return false;
  const below = offer.getBoundingClientRect().bottom <= outcomes.getBoundingClientRect().top;
  return below && parseFloat(getComputedStyle(thread).paddingTop) < 40;
}"""


async def test_the_outcomes_stand_below_an_offer_that_rings_meanwhile(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent1")
    await agent.is_available()
    ana, bo = await shop.visitor("Ana Fuller"), await shop.visitor("Bo Lind")
    await ana.asks("Hello?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Hello?", within=".thread")
    await agent.types("Bye")
    await agent.presses("Alt+E")
    await agent.sees("Ana Fuller", within="dialog")
    await agent.page.get_by_role("button", name="End without it").press("Enter")
    await agent.sees("Wrap-up", within=".call")

    await bo.asks("Is anybody there?")
    await agent.sees("Bo Lind", within=".offer")
    await eventually(lambda: agent.page.evaluate(STANDS_BELOW), bool, "the outcomes below the offer")
    assert "Bye" not in ana.heard


async def test_a_draft_survives_a_reload_and_is_the_same_in_another_tab(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent3")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Where is my parcel?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Where is my parcel?", within=".thread")
    await agent.types("It left the warehouse")

    await agent.page.reload()
    await expect(agent.page.locator(".composer textarea")).to_have_value("It left the warehouse")

    other = await agent.page.context.new_page()
    await other.goto(f"{shop.url}/console")
    await expect(other.locator(".work .row")).to_have_count(1)
    await other.keyboard.press("Alt+j")
    await expect(other.locator(".composer textarea")).to_have_value("It left the warehouse")
    await expect(other.locator(".composer textarea")).to_be_focused()
    await other.keyboard.press("Control+Enter")
    await ana.hears("It left the warehouse")
    await agent.sees("It left the warehouse", within=".thread .ours")
    await expect(agent.page.locator(".composer textarea")).to_have_value("")
    await expect(agent.page.locator(".thread .ours")).to_have_count(1)


async def test_what_is_sent_without_a_connection_is_kept_and_goes_out_once(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent4")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Are you there?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Are you there?", within=".thread")

    await agent.page.context.set_offline(True)
    await agent.page.evaluate("() => dispatchEvent(new Event('offline'))")
    await agent.types("Yes, I am.")
    await agent.presses("Control+Enter")
    await agent.sees("Yes, I am.", within=".thread")
    await agent.sees("No connection", within=".banner")
    await agent.page.context.set_offline(False)

    await ana.hears("Yes, I am.")
    await expect(agent.page.locator(".banner")).to_have_count(0)
    await expect(agent.page.locator(".thread .ours")).to_have_count(1)
    assert [one for one in ana.heard if one == "Yes, I am."] == ["Yes, I am."]


async def test_what_is_asked_before_there_is_a_connection_is_done_when_there_is_one(sign_in: SignIn) -> None:
    agent = await sign_in("agent5")
    await agent.sees("Not ready", within=".presence")
    held: list[WebSocketRoute] = []

    def holds(socket: WebSocketRoute) -> None:
        held.append(socket)

    await agent.page.route_web_socket("**/socket.io/**", holds)
    await agent.page.reload()
    await agent.sees("My work", within=".work")
    await agent.presses("Alt+A")
    await agent.sees("Available", within=".presence")
    assert await agent.page.locator(".toast").count() == 0
    for socket in held:
        socket.connect_to_server()
    await agent.sees("Nothing is being offered to you", within=".stage")  # drawn when the desk has answered
    await agent.sees("Available", within=".presence")


async def test_the_server_is_killed_and_the_console_says_so_keeps_what_was_typed_and_heals(
    shop: Shop, sign_in: SignIn
) -> None:
    agent = await sign_in("agent4")
    await agent.is_available()
    await shop.mails("Bo Lind <bo@kundin.example>", "billing@demo.test", "Label is missing", "There was no label.")
    await agent.sees("Label is missing", within=".offer")
    await agent.presses("F2")
    await agent.sees("There was no label.", within=".thread")

    await asyncio.to_thread(shop.is_killed)
    await agent.sees("What you type is kept", within=".banner")
    await agent.types("Here is your label.")
    await agent.presses("Control+Enter")
    await agent.sees("Kept here until there is a connection", within=".thread .ours")
    await agent.types("And one more")

    await asyncio.to_thread(shop.opens)
    await agent.sees(
        "Connected again", within=".toasts"
    )  # said for a moment; how long an answer is on its way, who knows
    await agent.sees("Handed over", within=".thread .ours")
    await expect(agent.page.locator(".thread .ours")).to_have_count(1)
    await expect(agent.page.locator(".composer textarea")).to_have_value("And one more")
    assert sum("Label is missing" in str(mail) for mail in await shop.mail_out()) == 1


#: An image that is not there, asked for last: had there been one of theirs, it failed before.
OF_OURS_FAILS = """() => new Promise((failed) => {
  const image = new Image();
  image.onerror = failed;
  image.src = "/x?ours";
})"""


async def test_markup_that_a_customer_sends_is_text(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent5")
    await agent.is_available()
    eva = await shop.visitor("<img src=x onerror=document.title='owned'>")
    await eva.asks(
        "<script>document.title='owned'</script><b>bold</b> javascript:alert(1) https://shop.example/a?b=<i>"
    )

    await agent.sees("<img src=x", within=".offer")
    await agent.presses("F2")
    await agent.sees("<b>bold</b>", within=".thread")
    await agent.page.evaluate(OF_OURS_FAILS)
    assert "owned" not in await agent.page.title()
    await expect(agent.page.locator(".thread b, .thread img, .thread script")).to_have_count(0)
    links = await agent.page.locator(".thread a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links == ["https://shop.example/a?b="]


async def test_who_has_not_said_a_name_is_a_visitor_everywhere(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent5")
    await agent.is_available()
    nobody = await shop.visitor("")
    await nobody.asks("Is somebody there?")

    await agent.sees("Visitor", within=".offer .who")
    await agent.presses("F2")
    await agent.sees("Is somebody there?", within=".thread")
    await agent.sees("Visitor", within=".work [aria-current] .who")
    await expect(agent.page.locator(".stage h2.cut")).to_have_text("Visitor")
    await expect(agent.page.locator(".pop h2")).to_contain_text("Visitor")


#: Closes the dialog and asks for the next, before the page has heard that the first is closed: as a quick hand does
#: while the page is busy.
CLOSES_AND_ASKS = """(key) => {
  document.querySelector("dialog").close();
  document.body.dispatchEvent(new KeyboardEvent("keydown", {code: `Key${key}`, altKey: true, bubbles: true}));
}"""


async def test_a_dialog_that_is_being_closed_takes_the_next_one_not_along(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent6")
    await agent.is_available()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Hello?")
    await agent.sees("Ana Fuller", within=".offer")
    await agent.presses("F2")
    await agent.sees("Hello?", within=".thread")
    await agent.presses("Alt+C")
    await agent.sees("Log a complaint", within="dialog")
    await agent.page.evaluate(CLOSES_AND_ASKS, "T")
    await agent.sees("Transfer Ana Fuller", within="dialog")
    await expect(agent.page.locator("#transfer-to")).to_be_focused()
    await agent.types("Billing")
    await expect(agent.page.locator("#transfer-to")).to_have_value("Billing")
    await agent.closes_dialog()
    await expect(agent.page.locator(".composer textarea")).to_be_focused()


async def test_the_palette_and_the_map_of_keys_open_and_close_by_key(sign_in: SignIn) -> None:
    agent = await sign_in("agent6")
    await agent.sees("You are not ready", within=".stage")
    await agent.presses("Alt+M")
    await agent.sees("Log a complaint", within="dialog")
    await agent.presses("Escape")
    await expect(agent.page.locator("dialog")).to_have_count(0)
    await agent.presses("Control+k")
    await expect(agent.page.locator("dialog input")).to_be_focused()
    await agent.types("lunch")
    await agent.presses("Enter")
    await agent.sees("Lunch", within=".presence")


async def test_the_top_bar_leads_to_the_screens_that_are_open_to_its_user_and_out(sign_in: SignIn) -> None:
    agent, sue = await sign_in("agent6"), await sign_in("supervisor")
    await sue.goes_to("/console")

    links = agent.page.locator(".top nav a")
    await expect(links).to_have_text(["Console", "Complaints", "Knowledge"])
    assert await links.evaluate_all("all => all.map(one => one.getAttribute('target'))") == [None, "_blank", "_blank"]
    await expect(sue.page.locator(".top nav a")).to_have_text(
        ["Console", "Floor", "Call-backs", "Complaints", "Reports", "Knowledge", "Hours"]
    )
    await agent.page.locator(".top").get_by_role("button", name="Sign out").press("Enter")
    await agent.page.wait_for_url(re.compile("/login"))


async def test_on_a_phone_one_pane_is_there_at_a_time(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent7", width=390, height=844)
    await agent.page.get_by_role("button", name="Conversation").click()
    await agent.page.get_by_role("button", name="Become available").click()
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("On the phone?")
    await agent.page.get_by_role("button", name="Accept").click()
    await expect(agent.page.locator(".thread")).to_be_visible()
    await expect(agent.page.locator(".work")).to_be_hidden()
    await agent.page.get_by_role("button", name="Customer").click()
    await expect(agent.page.locator(".pop")).to_be_visible()
    await expect(agent.page.locator(".thread")).to_be_hidden()
    await eventually(lambda: agent.page.evaluate("document.documentElement.scrollWidth"), lambda width: width <= 390)


async def test_the_ring_round_what_has_the_focus_is_whole(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent2")
    await agent.is_available()
    await shop.mails("Bo Lind <bo@kundin.example>", "billing@demo.test", "Label is missing", "There was no label.")
    await agent.sees("Label is missing", within=".offer")
    await agent.presses("F2", "Shift+Tab")  # a key was pressed: what is focused from now on shows it
    for scheme in ("light", "dark"):
        await agent.page.emulate_media(color_scheme=scheme)
        cut = await agent.page.locator(".work .row").first.evaluate(RING_IS_CUT)
        assert not cut, (scheme, cut)


#: Focuses an element and names the ancestor that cuts its ring, if one does.
RING_IS_CUT = """(element) => {
  element.focus({focusVisible: true});
  const style = getComputedStyle(element);
  if (style.outlineStyle === "none") return "no ring";
  const out = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth);
  const box = element.getBoundingClientRect();
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
    if (getComputedStyle(at).overflow === "visible") continue;
    const edge = at.getBoundingClientRect();
    if (box.left - out < edge.left - 0.5 || box.right + out > edge.right + 0.5) return at.className;
  }
  return "";
}"""


#: The words of those of which something else lies on top.
COVERED = """all => all.map(one => [one, one.getBoundingClientRect()])
    .filter(([one, at]) => !one.contains(document.elementFromPoint(at.x + at.width / 2, at.y + 2)))
    .map(([one]) => one.textContent)"""


async def test_on_a_phone_an_offer_covers_neither_the_outcomes_nor_what_finishes(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent7", width=390, height=740)
    await agent.page.get_by_role("button", name="Conversation").click()
    await agent.page.get_by_role("button", name="Become available").click()
    ana, bo = await shop.visitor("Ana Fuller"), await shop.visitor("Bo Lind")
    await ana.asks("On the phone?")
    await agent.page.get_by_role("button", name="Accept").click()
    await agent.sees("On the phone?", within=".thread")
    await agent.presses("Alt+E")
    await agent.sees("Wrap-up", within=".call")
    await bo.asks("I was charged twice in October and nobody has called me back. " * 3)

    await agent.sees("Bo Lind", within=".offer")
    buttons = agent.page.locator(":is(.call, .after fieldset, .offer) button")
    for width in (600, 390):
        await resizes(agent.page, width=width, height=740)
        await eventually(lambda: buttons.evaluate_all(COVERED), lambda covered: covered == [])
    await agent.page.get_by_role("button", name="Solved").click()
    await agent.page.get_by_role("button", name="Finish").click()
    await agent.sees("Finished: Solved", within=".toasts")


#: Whether each that is in the bar is so with all that it says.
WHOLE = """all => all.map(one => [one.getBoundingClientRect(), one.parentElement.getBoundingClientRect()])
    .filter(([at, bar]) => at.top < bar.bottom)
    .map(([at, bar]) => at.right <= bar.right + 0.5 && at.bottom <= bar.bottom + 0.5)"""


async def test_a_queue_keeps_its_figures_or_stands_behind_a_button(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent6")
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Is anybody there?")
    queues, more = agent.page.locator(".mine li"), agent.page.locator(".more")
    await expect(queues).to_have_count(4)
    await expect(more).to_be_hidden()
    await resizes(agent.page, width=1000, height=700)
    await expect(more).to_be_visible()

    shown = await eventually(lambda: queues.evaluate_all(WHOLE), lambda shown: all(shown) and len(shown) < 4)
    assert shown
    await expect(more).to_have_text(re.compile(r"^\+[1-3]$"))
    await expect(more.get_by_role("button")).to_have_attribute("title", re.compile(r"Technical 0"))
    await more.get_by_role("button").press("Enter")
    # A queue whose wait grows wider may go behind the button meanwhile.
    behind = more.get_by_role("menuitem")
    await expect(behind.first).to_have_text(re.compile(r"\d"))
    await expect(behind.first).to_be_focused()
    assert await findings(agent.page) == []
    await agent.presses("Escape")
    await expect(more.get_by_role("button")).to_be_focused()


async def test_making_good_a_closed_complaint_is_about_that_one_and_no_other(shop: Shop, sign_in: SignIn) -> None:
    eva = {"name": "Eva Ruiz", "addresses": [{"kind": "email", "value": "eva@kundin.example"}]}
    about = {"category": "billing", "severity": 3, "remedy_sought": "The fee back", "verbatim": "I paid twice."}
    about["customer_id"] = (await shop.asks("POST", "/api/v1/customers", eva))["id"]
    owner = (await shop.asks("GET", "/api/v1/agents"))["items"][0]["id"]
    still_open = await shop.asks("POST", "/api/v1/complaints", about)
    closed = await shop.asks("POST", "/api/v1/complaints", about)
    for to, fields in CLOSING:
        step = {"to": to, **fields} | ({"owner_id": owner} if to == "triage" else {})
        await shop.asks("POST", f"/api/v1/complaints/{closed['id']}/transitions", step)
    agent = await sign_in("agent1")
    await agent.is_available()

    await agent.sees(f"{closed['number']}: ", within=".offer .few")
    await agent.sees_no_more(still_open["number"], within=".offer")
    await agent.sees(still_open["number"], within=".pop")
