"""TwiML is built, never written: nothing that anybody says becomes markup."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.voice import twiml
from channels.voice.spoken import HEARS, VOICES, sentence
from ivr.instructions import Elsewhere, Enqueue, Gather, Hangup, Pause, Play, Say


def verbs(document: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(document))  # noqa: S314  # made by the code under test


def test_a_question_is_a_gather_that_reports_silence_too():
    (gather,) = verbs(
        twiml.render(
            [Gather(prompts=(Say(text="Press 1.", language="de"),), digits=1, timeout_s=5)],
            action_url="https://desk.example/twilio/voice/step/7?turn=1&x=2",
        )
    )

    assert gather.tag == "Gather"
    assert gather.get("action") == "https://desk.example/twilio/voice/step/7?turn=1&x=2"
    assert (gather.get("numDigits"), gather.get("timeout"), gather.get("finishOnKey")) == ("1", "5", "#")
    assert gather.get("actionOnEmptyResult") == "true"
    assert (gather[0].tag, gather[0].get("language"), gather[0].text) == ("Say", "de-DE", "Press 1.")


@pytest.mark.parametrize("language", sorted(VOICES))
def test_words_are_listened_for_in_the_language_in_which_they_were_asked_for(language):
    asked = Gather(prompts=(Say(text="What is it?", language=language),), words=True, language=language)
    (gather,) = verbs(twiml.render([asked], action_url="https://desk.example/step"))

    assert (gather.get("input"), gather.get("speechTimeout"), gather.get("numDigits")) == ("speech", "auto", None)
    assert gather.get("language") == HEARS[language]
    assert gather.get("actionOnEmptyResult") == "true"


def test_a_queue_is_a_room_that_the_caller_cannot_start_and_that_ends_with_the_caller():
    said, dial = verbs(
        twiml.render([Say(text="Hello."), Enqueue(queue="billing")], room="room-7", wait_url="https://desk.example/w")
    )

    assert said.text == "Hello."
    (conference,) = dial
    assert conference.text == "room-7"
    assert conference.get("startConferenceOnEnter") == "false"
    assert conference.get("endConferenceOnExit") == "true"
    assert conference.get("waitUrl") == "https://desk.example/w"
    assert twiml.wait_in_room("room-7", wait_url="https://desk.example/w").count("room-7") == 1


def test_an_agent_starts_the_room_and_leaves_it_to_the_caller():
    ((conference,),) = verbs(twiml.join_room("room-7"))

    assert conference.get("startConferenceOnEnter") == "true"
    assert conference.get("endConferenceOnExit") == "false"
    assert conference.get("waitUrl") == ""


def test_who_is_left_when_the_room_ends_asks_what_comes_next():
    dial, over = verbs(twiml.join_room("room-7", over_url="https://desk.example/over"))

    assert dial.get("action") is None  # it would be asked after hanging up, too
    assert (over.tag, over.text, over.get("method")) == ("Redirect", "https://desk.example/over", "POST")


def test_a_listener_and_a_coach_connect_nobody():
    ((listener,),) = verbs(twiml.join_room("room-7", label="", muted=True))
    ((coach,),) = verbs(twiml.join_room("room-7", label="", coach="CA1"))

    assert (listener.get("muted"), listener.get("startConferenceOnEnter")) == ("true", "false")
    assert (coach.get("coach"), coach.get("startConferenceOnEnter")) == ("CA1", "false")


def test_the_rest_of_the_words():
    pause, play, end = verbs(twiml.render([Pause(seconds=2), Play(url="https://desk.example/m", times=0), Hangup()]))

    assert (pause.get("length"), play.get("loop"), end.tag) == ("2", "0", "Hangup")
    assert [verb.tag for verb in verbs(twiml.sorry("fr"))] == ["Say", "Hangup"]
    assert [verb.tag for verb in verbs(twiml.too_often("zh-CN"))] == ["Say", "Hangup"]
    assert [verb.tag for verb in verbs(twiml.goodbye("xx"))] == ["Say", "Hangup"]
    assert [verb.tag for verb in verbs(twiml.hold(music_url="https://m", language="zh"))] == ["Say", "Play"]
    assert [verb.tag for verb in verbs(twiml.hangup())] == ["Hangup"]
    assert verbs(twiml.render([])) == []


def test_what_is_missing_is_an_error_of_ours_not_a_silent_call():
    with pytest.raises(ValueError, match="action_url"):
        twiml.render([Gather(prompts=())])
    with pytest.raises(ValueError, match="wait_url"):
        twiml.render([Enqueue(queue="billing")], room="room-7")


@pytest.mark.parametrize(
    "text",
    [
        "</Say><Dial>+4990012345</Dial><Say>",
        "<Dial><Number>+4990012345</Number></Dial>",
        '"/><Redirect>https://evil.example</Redirect>',
        "<![CDATA[<Hangup/>]]>",
        "&lt;Dial&gt;+4990012345&lt;/Dial&gt;",
        "<!--<Hangup/>-->",
        "<?xml version='1.0'?><Response><Hangup/></Response>",
        '<speak><audio src="https://evil.example"/></speak>',
    ],
)
def test_markup_in_a_text_is_read_out_and_not_obeyed(text: str):
    ask = Gather(prompts=(Say(text=text),))
    said, gather = verbs(twiml.render([Say(text=text), ask], action_url="https://desk.example/"))

    assert (said.tag, said.text, list(said)) == ("Say", text, [])
    assert (gather[0].text, list(gather[0])) == (text, [])


def test_what_xml_cannot_hold_is_left_out():
    (said,) = verbs(twiml.render([Say(text="A\x00na\x0b \ud83d\ufffe and\x1b \U0001f600\tBo\n")]))

    assert said.text == "Ana  and \U0001f600\tBo\n"


def test_nobody_is_read_a_novel():
    (said,) = verbs(twiml.render([Say(text="a" * 100_000)]))

    assert len(said.text or "") == 3000


def test_who_may_leave_the_line_hears_the_offer_between_music_and_comes_back_into_the_room_unasked():
    said = [Say(text="You are next."), Say(text="Press 1.", language="de")]
    gather, dial = verbs(
        twiml.may_leave(
            said,
            times=2,
            music_url="https://desk.example/m",
            key_url="https://desk.example/line/7/key",
            room="room-7",
            wait_url="https://desk.example/wait/7",
        )
    )

    assert [verb.tag for verb in gather] == ["Say", "Say", "Play", "Say", "Play"]
    assert (gather.get("action"), gather.get("numDigits")) == ("https://desk.example/line/7/key", "1")
    assert gather.get("actionOnEmptyResult") is None
    (conference,) = dial
    assert (conference.text, conference.get("waitUrl")) == ("room-7", "https://desk.example/wait/7")


def test_a_call_goes_on_elsewhere():
    (verb,) = verbs(twiml.render([Elsewhere(url="https://desk.example/line/7")]))
    assert (verb.tag, verb.text, verb.get("method")) == ("Redirect", "https://desk.example/line/7", "POST")


@pytest.mark.parametrize("language", VOICES)
def test_the_offer_to_leave_the_line_is_made_in_every_language_with_its_key(language: str):
    assert "7" in sentence("leave_line", language, digit="7")
    for key in ("call_back_soon", "call_back_later", "no_call_back"):
        assert sentence(key, language) != sentence(key, "en") or language == "en"


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_makes_a_document_with_one_verb(text: str):
    (said,) = verbs(twiml.render([Say(text=text)]))

    assert said.tag == "Say"
    assert list(said) == []


@given(st.text(alphabet=st.characters(categories=["Cs", "Cc", "L"]), max_size=50))
def test_any_room_name_stays_a_name(room: str):
    name = twiml.sayable(room)
    ((conference,),) = verbs(twiml.join_room(name))

    assert list(conference) == []


@pytest.mark.parametrize(
    ("position", "low", "high", "language", "expected"),
    [
        (1, None, None, "en", "You are next."),
        (3, 60, 240, "en", "You are number 3 in the queue. We expect to answer in 1 to 4 minutes."),
        (2, 10, 40, "en", "You are number 2 in the queue. We expect to answer in less than a minute."),
        (2, None, 60, "de", "Platz 2 der Warteschlange. Wir melden uns voraussichtlich in etwa einer Minute."),
        (4, 300, 290, "es", "Usted ocupa el puesto 4 de la cola. Esperamos atenderle en unos 5 minutos."),
        (5, 0, 121, "fr", "dans la file d'attente. Nous pensons vous répondre dans 1 à 3 minutes."),
        (1, None, None, "zh-CN", "下一位就是您。感谢您的耐心等待。"),
        (1, None, None, "zh-TW", "下一位就是您。感謝您的耐心等候。"),
        (0, None, None, "fi", "You are next. Thank you for waiting."),
    ],
)
def test_a_waiting_caller_is_told_the_place_and_the_likely_wait(position, low, high, language, expected):
    said, played = verbs(
        twiml.waiting(
            position=position, wait_low_s=low, wait_high_s=high, language=language, music_url="https://desk.example/m"
        )
    )

    assert expected in (said.text or "")
    assert played.text == "https://desk.example/m"
