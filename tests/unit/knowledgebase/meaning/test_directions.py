"""Which texts point as a question does, by who may see them."""

import numpy as np
import pytest

from knowledgebase.meaning.directions import Directions, Kept, packed
from knowledgebase.meaning.encoder import Array, encoder, tiled

WIDTH = 12


def direction(seed: int) -> Array:
    found = np.random.default_rng(seed).normal(size=WIDTH).astype(np.float32)
    return (found / np.linalg.norm(found)).astype(np.float32)


def kept(number: int, scope: str = "public", seed: int | None = None) -> Kept:
    vector = packed(direction(number if seed is None else seed))
    return Kept(text_id=f"t{number}", scope=scope, vector=vector)


def test_the_nearest_of_each_scope_come_first_about_as_they_are_exactly():
    known = Directions(WIDTH)
    known.put(kept(number, ("public", "internal")[number % 2]) for number in range(3000))

    near = known.near(direction(5000), 10)

    for parity, scope in enumerate(("public", "internal")):
        exact = {f"t{n}": float(direction(n) @ direction(5000)) for n in range(parity, 3000, 2)}
        found = near.by_scope[scope]
        assert len(found) == 10
        assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)
        assert all(one.likeness == pytest.approx(exact[one.text_id], abs=0.02) for one in found)
        assert found[0].likeness == pytest.approx(max(exact.values()), abs=0.02)


def test_a_text_that_says_something_else_or_to_others_stands_once():
    known = Directions(WIDTH)
    known.put([kept(1), kept(2), Kept(text_id="short", scope="public", vector=b"12")])
    known.put([kept(1, "internal", seed=7)])

    near = known.near(direction(7), 5)

    assert len(known) == 2
    assert [one.text_id for one in near.by_scope["internal"]] == ["t1"]
    assert near.by_scope["internal"][0].likeness == pytest.approx(1, abs=0.01)
    assert [one.text_id for one in near.by_scope["public"]] == ["t2"]
    assert Directions(WIDTH).near(direction(1), 5).by_scope == {}


def test_what_means_the_same_as_a_text_is_found_by_where_it_points():
    known = Directions(WIDTH)
    known.put([kept(1), kept(2), kept(3, seed=1), kept(4, "internal", seed=1)])

    near = known.near_text("t1", 5)

    assert "t1" in known and "t9" not in known
    assert known.near_before("t1") is near and known.near_before("t2") is None
    assert {one.text_id for one in near.by_scope["public"][:2]} == {"t1", "t3"}
    assert [one.text_id for one in near.by_scope["internal"]] == ["t4"]
    assert near.by_scope["internal"][0].likeness == pytest.approx(1, abs=1e-3)
    known.put([kept(5, "internal", seed=1)])
    assert known.near_before("t1") is None
    assert len(known.near_text("t1", 5).by_scope["internal"]) == 2


@pytest.mark.parametrize("shape", [(1, 384, 64), (33, 768, 128), (64, 1536, 384), (128, 384, 1152), (5, 8, 16)])
def test_multiplying_by_tiles_is_multiplying(shape):
    made = np.random.default_rng(4)
    count, inputs, outputs = shape
    x, weight, bias = (made.normal(size=size).astype(np.float32) for size in ((count, inputs), shape[1:], outputs))

    assert np.allclose(tiled(weight, bias)(x), x @ weight + bias, atol=2e-3)


def test_a_tiny_model_turns_pieces_into_a_direction_and_others_into_another():
    made = np.random.default_rng(3)

    def some(*shape: int) -> Array:
        return (made.normal(size=shape) * 0.3).astype(np.float32)

    shapes = {"attention.self.query": (8, 8), "attention.self.key": (8, 8), "attention.self.value": (8, 8)}
    shapes |= {"attention.output.dense": (8, 8), "intermediate.dense": (16, 8), "output.dense": (8, 16)}
    weights = {f"embeddings.{name}_embeddings.weight": some(20, 8) for name in ("word", "position", "token_type")}
    layer = "encoder.layer.0"
    for name, shape in shapes.items():
        weights |= {f"{layer}.{name}.weight": some(*shape), f"{layer}.{name}.bias": some(shape[0])}
    for at in ("embeddings", f"{layer}.attention.output", f"{layer}.output"):
        weights |= {f"{at}.LayerNorm.weight": np.ones(8, np.float32), f"{at}.LayerNorm.bias": some(8)}
    model = encoder(weights, heads=2)

    one, other = model.direction([1, 5, 9, 2]), model.direction([1, 9, 5, 2])

    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert one.dtype == np.float32
    assert not np.allclose(one, other, atol=1e-3)  # where a piece stands matters
    assert (model.direction([1, 5, 9, 2]) == one).all()
    with pytest.raises(ValueError, match="sentence model"):
        encoder(weights, heads=3)
