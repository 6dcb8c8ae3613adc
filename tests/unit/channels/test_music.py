"""The music for those who wait, and the tone for who hears it ring."""

import io
import struct
import wave
from itertools import pairwise

from channels.voice.music import hold_music, ringing_tone


def test_the_music_is_a_telephone_quality_wav_of_about_twenty_seconds():
    with wave.open(io.BytesIO(hold_music())) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert 18 <= file.getnframes() / file.getframerate() <= 26


def test_the_music_is_gentle_and_can_be_repeated_without_a_click():
    with wave.open(io.BytesIO(hold_music())) as file:
        samples = struct.unpack(f"<{file.getnframes()}h", file.readframes(file.getnframes()))

    assert 2000 < max(map(abs, samples)) < 16_000
    assert max(abs(after - before) for before, after in pairwise(samples)) < 6000
    assert (samples[0], samples[-1]) == (0, 0)


def test_the_music_is_the_same_every_time():
    first = hold_music()
    hold_music.cache_clear()

    assert hold_music() == first


def test_the_ringing_tone_sounds_one_second_in_five_and_can_be_repeated_without_a_click():
    with wave.open(io.BytesIO(ringing_tone())) as file:
        rate, samples = file.getframerate(), struct.unpack(f"<{file.getnframes()}h", file.readframes(file.getnframes()))

    assert (rate, len(samples)) == (8000, 5 * 8000)
    assert 2000 < max(samples[:rate]) < 16_000
    assert set(samples[rate:]) == {0}
    assert (samples[0], abs(samples[rate - 1]) < 1500) == (0, True)
