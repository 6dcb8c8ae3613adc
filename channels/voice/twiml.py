"""channels/voice/twiml.py: instructions → TwiML, by the library's builder alone.

Nothing that a caller or a flow says can become markup: texts go in as text, addresses are ours,
and what XML cannot hold is taken out first, because the builder would pass it on and Twilio would
refuse the whole document.
"""

import re
from collections.abc import Sequence

from twilio.twiml.voice_response import Dial, VoiceResponse
from twilio.twiml.voice_response import Gather as GatherVerb

from channels.voice.spoken import HEARS, VOICES, known, place_in_queue, sentence
from ivr.instructions import Elsewhere, Enqueue, Gather, Hangup, Instruction, Pause, Play, Say

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Twilio reads out at most 4,096 characters and fails on more.
_MOST_SPOKEN = 3000


def sayable(text: str) -> str:
    """`text` without what XML cannot hold (control characters, lone surrogates), and not endless."""
    return _NOT_XML.sub("", text)[:_MOST_SPOKEN]


def render(instructions: Sequence[Instruction], *, action_url: str = "", room: str = "", wait_url: str = "") -> str:
    """The TwiML document of `instructions`.

    `action_url` receives the answer to a `Gather`; `room` and `wait_url` are where an `Enqueue`
    lets the caller wait. No instructions is an empty document: Twilio hangs up.

    Raises:
        ValueError: a `Gather` without `action_url`, an `Enqueue` without `room` and `wait_url`.
    """
    response = VoiceResponse()
    for instruction in instructions:
        match instruction:
            case Say() | Play():
                _speak(response, instruction)
            case Pause(seconds=seconds):
                response.pause(length=seconds)
            case Gather():
                _gather(response, instruction, action_url)
            case Enqueue():
                if not room or not wait_url:
                    raise ValueError("an Enqueue needs a room and a wait_url")
                _wait_in(response, room, wait_url)
            case Elsewhere(url=url):
                response.redirect(url, method="POST")
            case Hangup():
                response.hangup()
    return str(response)


def wait_in_room(room: str, *, wait_url: str) -> str:
    """A caller who waits alone in `room`, hearing what `wait_url` says, until somebody joins."""
    response = VoiceResponse()
    _wait_in(response, room, wait_url)
    return str(response)


def waiting(
    *, position: int, wait_low_s: float | None, wait_high_s: float | None, language: str, music_url: str
) -> str:
    """What `wait_url` answers: the caller's place and likely wait, then music.

    Twilio asks again when it has played, so that the place is always the present one.
    """
    response = VoiceResponse()
    _speak(response, Say(text=place_in_queue(position, wait_low_s, wait_high_s, language), language=language))
    response.play(music_url)
    return str(response)


def may_leave(sentences: Sequence[Say], *, times: int, music_url: str, key_url: str, room: str, wait_url: str) -> str:
    """What a caller hears outside the room who may leave the line: `sentences` and music, then back into the room.

    What is said after the first sentence is repeated `times`. A key goes to `key_url` whenever it is pressed. Nobody is
    asked about who presses none: the way back into the room needs no answer of ours.
    """
    response = VoiceResponse()
    place, *offer = sentences
    asked: list[Say | Play] = [*offer, Play(url=music_url)] * times
    verb = GatherVerb(input="dtmf", action=key_url, method="POST", num_digits=1, timeout=1, finish_on_key="")
    for prompt in (place, *asked):
        _speak(verb, prompt)
    response.append(verb)
    _wait_in(response, room, wait_url)
    return str(response)


def back_in_line(sentences: Sequence[Say], *, room: str, wait_url: str) -> str:
    """What a caller hears before they wait in the room again."""
    return render([*sentences, Enqueue(queue="")], room=room, wait_url=wait_url)


def join_room(
    room: str, *, label: str = "agent", muted: bool = False, coach: str = "", wait_url: str = "", over_url: str = ""
) -> str:
    """A party who joins `room`: whoever waited there is connected now.

    Leaving does not end the room, so that the caller can be passed on. `wait_url` is what this
    party hears while alone in the room; without it there is silence, never foreign music. A label
    must be unique in its room: a second agent there needs another one. Who is `muted`, or heard by
    the leg `coach` alone, does not start the room: a listener connects nobody. `over_url` is asked what
    comes next when the room ends while this party's telephone is off the hook still; who hangs up asks nothing.
    """
    response = VoiceResponse()
    dial = Dial()
    dial.conference(
        room,
        beep="false",
        muted=muted or None,
        coach=coach or None,
        start_conference_on_enter=not (muted or coach),
        end_conference_on_exit=False,
        participant_label=label or None,
        wait_url=wait_url,
        wait_method="POST" if wait_url else None,
    )
    response.append(dial)
    if over_url:
        # Not the `action` of the Dial: that is asked after the party has hung up, too.
        response.redirect(over_url, method="POST")
    return str(response)


def hold(*, music_url: str, language: str) -> str:
    """What a party on hold hears; Twilio asks again when it has played."""
    response = VoiceResponse()
    _speak(response, Say(text=sentence("hold", language), language=language))
    response.play(music_url)
    return str(response)


def music(music_url: str) -> str:
    """Music until something else happens: for a party that was taken out of its room."""
    return render([Play(url=music_url, times=0)])


def sorry(language: str) -> str:
    """Says that something went wrong, and ends the call."""
    return render([Say(text=sentence("sorry", language), language=language), Hangup()])


def too_often(language: str) -> str:
    """Says that this number has rung too often just now, and ends the call."""
    return render([Say(text=sentence("too_often", language), language=language), Hangup()])


def goodbye(language: str) -> str:
    """Thanks the caller and ends the call."""
    return render([Say(text=sentence("ended", language), language=language), Hangup()])


def hangup() -> str:
    """Ends the call without a word: for a leg that nobody needs any more."""
    return render([Hangup()])


def nothing() -> str:
    """Nothing to do: the answer to a text that needs no answer."""
    return str(VoiceResponse())


def _wait_in(response: VoiceResponse, room: str, wait_url: str) -> None:
    dial = Dial()
    dial.conference(
        room,
        beep="false",
        start_conference_on_enter=False,
        end_conference_on_exit=True,
        participant_label="caller",
        wait_url=wait_url,
        wait_method="POST",
    )
    response.append(dial)


def _gather(response: VoiceResponse, gather: Gather, action_url: str) -> None:
    if not action_url:
        raise ValueError("a Gather needs an action_url")
    verb = GatherVerb(
        **_answer(gather),
        action=action_url,
        method="POST",
        timeout=gather.timeout_s,
        # Silence is an answer too; without this Twilio would fall through and hang up.
        action_on_empty_result=True,
    )
    for prompt in gather.prompts:
        _speak(verb, prompt)
    response.append(verb)


def _answer(gather: Gather) -> dict[str, str | int]:
    if gather.words:
        return {"input": "speech", "speech_timeout": "auto", "language": HEARS[known(gather.language)]}
    return {"input": "dtmf", "num_digits": gather.digits, "finish_on_key": gather.finish_on}


def _speak(verb: VoiceResponse | GatherVerb, instruction: Say | Play) -> None:
    if isinstance(instruction, Play):
        verb.play(instruction.url, loop=instruction.times)
        return
    code, voice = VOICES[known(instruction.language)]
    verb.say(sayable(instruction.text), language=code, voice=voice)
