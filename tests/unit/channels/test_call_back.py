"""What a customer hears whom we ring first: who calls, and that any key will do."""

from xml.etree import ElementTree

import pytest

from channels.voice import twiml
from channels.voice.spoken import VOICES, sentence
from ivr.instructions import Gather, Say


@pytest.mark.parametrize("language", sorted(VOICES))
def test_everybody_hears_in_their_language_who_calls(language: str):
    said = sentence("call_back", language, name="Careline Shop")

    assert "Careline Shop" in said
    assert said != sentence("call_back", "en", name="Careline Shop") or language == "en"


def test_any_key_will_do_also_the_one_that_ends_an_entry():
    ask = Gather(prompts=(Say(text="Press any key."),), timeout_s=8, finish_on="")
    document = twiml.render([ask], action_url="https://desk.example/twilio/voice/customer/7/key")
    (gather,) = ElementTree.fromstring(document)  # noqa: S314  # made by the code under test

    assert (gather.get("numDigits"), gather.get("finishOnKey")) == ("1", "")


def test_the_name_of_the_house_is_text_and_no_markup():
    said = sentence("call_back", "en", name="<Dial>+4490012345</Dial>")
    document = twiml.render([Say(text=said)])

    assert "<Dial" not in document
    assert "&lt;Dial" in document
