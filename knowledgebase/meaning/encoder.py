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

_ZERO, _ONE = np.float32(0), np.float32(1)
_EPSILON = np.float32(1e-12)
#: Abramowitz and Stegun 7.1.25: the error function to 2.5e-5, for numpy has none; half of it, of x by the root of two.
_P = np.float32(0.47047 / 2**0.5)
_A, _B, _C = (np.float32(a / 2) for a in (0.3480242, -0.0958798, 0.7478556))
_HALF = np.float32(-0.5)
#: Inputs and outputs of a tile, and pieces that are multiplied with it at once.
_TILE, _ROWS = (384, 64), 32


@dataclass(frozen=True, kw_only=True)
class _Linear:
    """Kept in tiles that are multiplied one by one.

    What numpy multiplies with packs a large matrix anew each time, and for a short sentence that is most of the work;
    with a million multiplications or fewer it does not (on processors with AVX-512; on others it is all the same).
    """

    tiles: Array  # tiles of inputs x tiles of outputs x inputs x outputs
    bias: Array

    def __call__(self, x: Array) -> Array:
        inputs = self.tiles.shape[2]
        found: Array = np.empty((len(x), self.tiles.shape[1], self.tiles.shape[3]), np.float32)
        more = np.empty_like(found)
        for first in range(0, len(x), _ROWS):
            rows = slice(first, first + _ROWS)
            for number, tiles in enumerate(self.tiles):
                of_these = x[rows, number * inputs : (number + 1) * inputs]
                np.matmul(of_these, tiles, out=(more if number else found)[rows].transpose(1, 0, 2))
                if number:
                    found[rows] += more[rows]
        answer = found.reshape(len(x), -1)
        answer += self.bias
        return answer


def tiled(weight: Array, bias: Array) -> _Linear:
    """`weight` is inputs x outputs; what is no multiple of a tile is one."""
    high, wide = (size if count % size == 0 else count for count, size in zip(weight.shape, _TILE, strict=True))
    tiles = weight.reshape(weight.shape[0] // high, high, weight.shape[1] // wide, wide).transpose(0, 2, 1, 3)
    return _Linear(tiles=np.ascontiguousarray(tiles), bias=bias.copy())


@dataclass(frozen=True, kw_only=True)
class _Norm:
    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        """In place: `x` is nobody else's."""
        x -= x.mean(axis=-1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + _EPSILON)
        x *= self.weight
        x += self.bias
        return x


@dataclass(frozen=True, kw_only=True)
class _Layer:
    looks: _Linear  # what each piece asks, what it answers, what it says: one beside the other
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
            learned = layer.gathers(self._looked_around(layer, x))
            learned += x
            x = layer.gathered(learned)
            thought = layer.narrows(_gelu(layer.widens(x)))
            thought += x
            x = layer.thought(thought)
        mean = x.mean(axis=0)
        length = np.sqrt((mean * mean).sum())
        direction: Array = mean / max(length, _EPSILON)
        return direction

    def _looked_around(self, layer: _Layer, x: Array) -> Array:
        """What each piece learns from the others, each head looking for something else."""
        count, width = x.shape
        asks, answers, says = layer.looks(x).reshape(count, 3, self.heads, -1).transpose(1, 2, 0, 3)
        fits: Array = asks @ answers.transpose(0, 2, 1)
        fits *= np.float32(1 / np.sqrt(width // self.heads))
        fits -= fits.max(axis=-1, keepdims=True)
        np.exp(fits, out=fits)
        fits /= fits.sum(axis=-1, keepdims=True)
        learned: Array = (fits @ says).transpose(1, 0, 2).reshape(count, width)
        return learned


def encoder(weights: Mapping[str, Array], *, heads: int) -> Encoder:
    """The model that these weights are, by the names that BERT gives them. It holds copies: the file can be let go.

    Raises:
        KeyError, ValueError: these are not the weights of such a model.
    """

    def linear(*names: str) -> _Linear:
        weight = np.concatenate([weights[f"{name}.weight"].T for name in names], axis=1)
        return tiled(weight, np.concatenate([weights[f"{name}.bias"] for name in names]))

    def norm(name: str) -> _Norm:
        return _Norm(weight=weights[f"{name}.weight"].copy(), bias=weights[f"{name}.bias"].copy())

    def layer(number: int) -> _Layer:
        at = f"encoder.layer.{number}"
        return _Layer(
            looks=linear(*(f"{at}.attention.self.{name}" for name in ("query", "key", "value"))),
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
    """In place: what is above 0, less half of what the error function leaves of its size."""
    size = np.abs(x)
    t = size * _P
    t += _ONE
    np.divide(_ONE, t, out=t)
    left = t * _C
    left += _B
    left *= t
    left += _A
    left *= t
    left *= size
    size *= size
    size *= _HALF
    np.exp(size, out=size)
    left *= size
    np.maximum(x, _ZERO, out=x)
    x -= left
    return x
