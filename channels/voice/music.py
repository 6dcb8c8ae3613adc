"""channels/voice/music.py: something gentle for those who wait, made here, so that it is free to play.

Slow broken chords of soft bells, at telephone quality (8 kHz, 16 bit, mono), about twenty seconds,
ending in silence where it began so that it can be repeated; and the tone that an agent hears while a
customer's telephone rings. The same bytes every time.
"""

import io
import math
import wave
from collections.abc import Iterable
from functools import cache

RATE = 8000
#: Seconds between two notes, and how many notes there are.
_STEP_S = 0.42
#: Four chords of twelve notes, as semitones above A3: major and warm, nothing that hurries.
_CHORDS = ((3, 7, 10, 15), (0, 3, 7, 12), (-4, 0, 3, 8), (-2, 2, 5, 10))
_FIGURE = (0, 1, 2, 3, 2, 1, 2, 3, 2, 1, 0, 2)
_RING_S = 1.9
_LOUDNESS = 0.22
#: The ringing tone of most of Europe and of China.
_RINGS_HZ = 425


@cache
def hold_music() -> bytes:
    """The music as a WAV file."""
    notes = [chord[index] for chord in _CHORDS for index in _FIGURE]
    length = round((len(notes) * _STEP_S + _RING_S) * RATE)
    mix = [0.0] * length
    for position, semitones in enumerate(notes):
        begin = round(position * _STEP_S * RATE)
        for offset, sample in enumerate(_bell(semitones)):
            mix[begin + offset] += sample
    return _wav(round(32767 * _LOUDNESS * math.tanh(value)) for value in mix)


@cache
def ringing_tone() -> bytes:
    """What is heard while a telephone rings at the other end, as a WAV file: 425 Hz, one second in five."""
    turn, sounding = 2 * math.pi * _RINGS_HZ / RATE, RATE
    tone = (round(32767 * _LOUDNESS / 2 * math.sin(turn * n)) for n in range(sounding))
    return _wav([*tone, *[0] * (4 * RATE)])


def _wav(samples: Iterable[int]) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        # WAV is little-endian whatever the machine.
        file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
    return out.getvalue()


@cache
def _bell(semitones: int) -> tuple[float, ...]:
    """One note: two partials, struck softly, dying away."""
    turn = 2 * math.pi * 220.0 * 2 ** (semitones / 12) / RATE
    count = round(_RING_S * RATE)
    return tuple(
        min(1.0, n / 160)
        * (1 - n / count)
        * math.exp(-2.2 * n / RATE)
        * (math.sin(turn * n) + 0.3 * math.sin(2 * turn * n))
        for n in range(count)
    )
