"""A guide on a page: every step an address, a way on, a way back, and nothing that runs."""

import re

import pytest

from knowledgebase.reading.render import MOST, outline, plain, render, told
from tests.unit.knowledgebase.reading.test_render import Seen
from tests.unit.knowledgebase.test_guides import BODY, LAMP


def test_each_step_has_an_address_and_each_choice_leads_to_one():
    html = render(BODY)
    tags = Seen(html).tags

    steps = [attrs["id"] for _, attrs in tags if attrs.get("class", "") in ("step", "step answer")]
    leads = [str(attrs["href"]) for tag, attrs in tags if tag == "a"]
    assert steps == [f"guide-en-1-{name}" for name in ("start", "plug", "bulb", "socket")]
    assert {address.removeprefix("#") for address in leads} == set(steps)
    assert re.search(r'<a href="#guide-en-1-plug"[^>]*>It stays dark <em>→ 2</em></a>', html)
    assert html.count("Start again") == 3
    assert "<li>look at the fuse</li>" in html and "Answer <em>4</em>" in html


def test_a_way_back_is_named_only_where_every_reader_came_by_it():
    after = {
        name: step.split("</div>")[0]
        for name, step in re.findall(r'id="guide-en-1-(\w+)"(.*?</div>)', render(BODY), re.DOTALL)
    }

    assert "Back to “Does another lamp work in this socket?”" in after["socket"]
    assert "Back to" not in after["bulb"] and "Start again" in after["bulb"], "reached from two questions"
    assert "Back to" not in after["plug"] and "Start again" in after["plug"], "starting again leads there"


def test_a_second_guide_and_another_language_have_addresses_of_their_own():
    assert 'id="guide-en-2-start"' in render(BODY * 2)
    assert 'id="guide-zh-Hant-1-start"' in render(BODY, "zh-Hant") and "重新開始" in render(BODY, "zh-Hant")


def test_its_words_are_read_and_its_answers_are_told_to_nobody_who_was_not_asked():
    assert plain(BODY).startswith("Before. Is the lamp dead, or does it flicker? It stays dark It flickers Does")
    assert "→" not in plain(BODY) and "Start again" not in plain(BODY)
    assert told(BODY) == "Before. After."


def test_what_is_written_in_it_is_as_safe_as_elsewhere():
    hostile = LAMP.replace("It flickers", "<b onclick=x>It</b> [x](javascript:x) ![y](https://far.example/y.png)")
    hostile = hostile.replace(
        "Change the bulb.", "# Head\n  <script>x</script> ![z](https://far.example/z.png) ```guide"
    )
    body = f"## Part\n\n````guide\n{hostile}````"

    html = render(body, 'en" onload="x')

    assert "<script" not in html and "<img" not in html and "<b " not in html
    assert not any(name.startswith("on") for _, attrs in Seen(html).tags for name in attrs)
    assert [part.text for part in outline(body)] == ["Part"]


def test_one_that_cannot_be_followed_is_read_as_its_words():
    html = render(BODY.replace("-> socket", "-> nowhere"))

    assert "Change the bulb." in html and "<li>It stays dark</li>" in html
    assert not any(sign in html for sign in ("-&gt;", "? start", "guide"))


@pytest.mark.parametrize("called", ["Guide", "GUIDE", " gUIDE now"])
def test_it_is_one_however_its_name_is_written(called):
    assert 'id="guide-en-1-plug"' in render(BODY.replace("```guide", f"```{called}"))


def test_behind_the_last_one_that_is_walked_they_are_shown_as_they_are_written():
    html = render(BODY * 12)

    assert 'id="guide-en-10-start"' in html and "guide-en-11" not in html
    assert html.count("<code>? start: Is the lamp dead, or does it flicker?") == 2
    assert told(BODY * 12).split() == ["Before.", "After."] * 12


def test_the_longest_body_of_guides_is_still_bounded():
    question = "? a: " + "long " * 40_000
    body = f"```guide\n{question}\n- x -> b\n? b: {'*x* ' * 20_000}\n- y -> c\n= c: z\n```\n"

    assert len(render((body * 3)[:MOST])) < 2 * MOST
