"""knowledgebase/meaning/encoder.py: what a sentence means, as a direction. Pure arithmetic, on numpy.

A transformer of the BERT family that was trained to bring sentences of one meaning close together: its weights are
handed in. Each layer lets every piece of the sentence look at the others (attention), then thinks about each by
itself; the mean of all pieces, of length one, is what the sentence means.

Imported where numpy is installed and meaning is switched on, and nowhere else (`model.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_ONE = np.float32(1)
_EPSILON = np.float32(1e-12)
#: Abramowitz and Stegun 7.1.26: the error function to 1.5e-7, for numpy has none.
_P = np.float32(0.3275911)
_A = tuple(map(np.float32, (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)))


@dataclass(frozen=True, kw_only=True)
class _Linear:
    weight: Array  # inputs x outputs
    bias: Array

    def __call__(self, x: Array) -> Array:
        found: Array = x @ self.weight + self.bias
        return found


@dataclass(frozen=True, kw_only=True)
class _Norm:
    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        x = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((x * x).mean(axis=-1, keepdims=True) + _EPSILON)
        found: Array = x / spread * self.weight + self.bias
        return found


@dataclass(frozen=True, kw_only=True)
class _Layer:
    asks: _Linear
    answers: _Linear
    says: _Linear
    gathers: _Linear
    gathered: _Norm
    widens: _Linear
    narrows: _Linear
    thought: _Norm


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """A model, ready to be asked. Used by several threads at once, it holds nothing of what it was asked."""

    pieces: Array
    places: Array
    first: _Norm
    layers: Sequence[_Layer]
    heads: int

    def direction(self, numbers: Sequence[int]) -> Array:
        """What a sentence means: a vector of length one. No more numbers than the model has places."""
        x = self.first(self.pieces[list(numbers)].astype(np.float32) + self.places[: len(numbers)])
        for layer in self.layers:
            x = layer.gathered(x + layer.gathers(self._looked_around(layer, x)))
            x = layer.thought(x + layer.narrows(_gelu(layer.widens(x))))
        mean = x.mean(axis=0)
        length = np.sqrt((mean * mean).sum())
        direction: Array = mean / max(length, _EPSILON)
        return direction

    def _looked_around(self, layer: _Layer, x: Array) -> Array:
        """What each piece learns from the others, each head looking for something else."""
        count, width = x.shape
        of_head = width // self.heads

        def split(linear: _Linear) -> Array:
            return linear(x).reshape(count, self.heads, of_head).transpose(1, 0, 2)

        asks, answers, says = split(layer.asks), split(layer.answers), split(layer.says)
        fits = asks @ answers.transpose(0, 2, 1) / np.float32(np.sqrt(of_head))
        fits = np.exp(fits - fits.max(axis=-1, keepdims=True))
        fits /= fits.sum(axis=-1, keepdims=True)
        learned: Array = (fits @ says).transpose(1, 0, 2).reshape(count, width)
        return learned


def encoder(weights: Mapping[str, Array], *, heads: int) -> Encoder:
    """The model that these weights are, by the names that BERT gives them. It holds copies: the file can be let go.

    Raises:
        KeyError, ValueError: these are not the weights of such a model.
    """

    def linear(name: str) -> _Linear:
        weight = np.ascontiguousarray(weights[f"{name}.weight"].T)
        return _Linear(weight=weight, bias=weights[f"{name}.bias"].copy())

    def norm(name: str) -> _Norm:
        return _Norm(weight=weights[f"{name}.weight"].copy(), bias=weights[f"{name}.bias"].copy())

    def layer(number: int) -> _Layer:
        at = f"encoder.layer.{number}"
        return _Layer(
            asks=linear(f"{at}.attention.self.query"),
            answers=linear(f"{at}.attention.self.key"),
            says=linear(f"{at}.attention.self.value"),
            gathers=linear(f"{at}.attention.output.dense"),
            gathered=norm(f"{at}.attention.output.LayerNorm"),
            widens=linear(f"{at}.intermediate.dense"),
            narrows=linear(f"{at}.output.dense"),
            thought=norm(f"{at}.output.LayerNorm"),
        )

    count = sum(name.endswith("attention.self.query.bias") for name in weights)
    if not count or weights["embeddings.word_embeddings.weight"].shape[1] % heads:
        raise ValueError("not the weights of a sentence model")
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    return Encoder(
        # Half as exact: in memory they are half as large, and no sentence means anything else by it.
        pieces=weights["embeddings.word_embeddings.weight"].astype(np.float16),
        places=places,
        first=norm("embeddings.LayerNorm"),
        layers=[layer(number) for number in range(count)],
        heads=heads,
    )


def _gelu(x: Array) -> Array:
    return np.float32(0.5) * x * (1 + _erf(x * np.float32(np.sqrt(0.5))))


def _erf(x: Array) -> Array:
    t: Array = _ONE / (_ONE + _P * np.abs(x))
    series: Array = np.zeros_like(x)
    for a in reversed(_A):
        series = ((series + a) * t).astype(np.float32, copy=False)
    signed: Array = np.sign(x) * (_ONE - series * np.exp(-x * x))
    return signed
