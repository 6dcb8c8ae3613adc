"""The life of a text: whatever is tried in whatever order, readers see only what somebody may have published."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.kernel.errors import Conflict, Forbidden
from knowledgebase.writing import lifecycle
from knowledgebase.writing.lifecycle import Life, Stage, begun

PEOPLE = ("ana", "bo")
#: Every step that somebody may try, as (life, who, whether a second person is needed) -> life.
STEPS: dict[str, Callable[[Life, str, bool], Life]] = {
    "save": lambda life, who, _: lifecycle.save(life, who),
    "submit": lambda life, *_: lifecycle.submit(life),
    "approve": lambda life, who, needed: lifecycle.approve(life, who, needs_review=needed),
    "back": lambda life, *_: lifecycle.back(life),
    "publish": lambda life, _, needed: lifecycle.publish(life, needs_review=needed),
    "unpublish": lambda life, *_: lifecycle.unpublish(life),
    "archive": lambda life, *_: lifecycle.archive(life),
    "expire": lambda life, *_: lifecycle.expire(life),
}


@dataclass
class Text:
    """A text, and what its history says beside its present state."""

    life: Life
    needed: bool
    authors: list[str] = field(default_factory=lambda: ["ana"])
    approvals: dict[int, str] = field(default_factory=dict)

    def tries(self, step: str, who: str) -> bool:
        """Does a step, if it can be done now."""
        try:
            after = STEPS[step](self.life, who, self.needed)
        except (Conflict, Forbidden):
            return False
        if step == "save":
            self.authors.append(who)
        if step == "approve":
            self.approvals[after.newest] = who
        self.life = after
        return True


@given(st.booleans(), st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(PEOPLE)), max_size=30))
def test_whatever_is_tried_readers_see_what_may_be_seen(needed, tried):
    text = Text(begun("ana"), needed)
    for step, who in tried:
        before = text.life
        if not text.tries(step, who):
            assert text.life == before
        now = text.life
        # Revisions are counted, and never lost.
        assert now.newest == len(text.authors) >= before.newest
        # The stage is that of the newest revision; what is seen is a revision that there is.
        assert now.published is None or 1 <= now.published <= now.newest
        assert (now.stage is Stage.PUBLISHED) == (now.published == now.newest)
        assert now.published is None or now.stage is not Stage.ARCHIVED
        # Only publishing shows something, and a new revision hides nothing.
        assert step == "publish" or now.published in (None, before.published)
        assert step != "save" or now.published == before.published
        if needed and now.published is not None:
            assert text.approvals[now.published] != text.authors[now.published - 1]


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(PEOPLE)), max_size=20), st.booleans())
def test_from_wherever_it_stands_a_text_can_be_published_again(tried, needed):
    text = Text(begun("ana"), needed)
    for step, who in tried:
        text.tries(step, who)

    assert text.tries("save", "ana")
    assert text.tries("submit", "ana") and text.tries("approve", "bo") and text.tries("publish", "ana")
    assert text.life.published == text.life.newest


def test_what_was_approved_and_taken_back_needs_no_second_approval():
    text = Text(begun("ana"), needed=True)
    for step, who in (("submit", "ana"), ("approve", "bo"), ("publish", "ana"), ("unpublish", "ana")):
        assert text.tries(step, who)

    assert text.life.stage is Stage.APPROVED
    assert text.tries("publish", "ana")


@pytest.mark.parametrize("stage", list(Stage))
def test_a_refusal_says_where_the_text_stands(stage):
    life = replace(begun("ana"), stage=stage, published=1 if stage is Stage.PUBLISHED else None)
    if stage is not Stage.IN_REVIEW:
        with pytest.raises(Conflict, match=stage.replace("_", " ")):
            lifecycle.approve(life, "bo", needs_review=True)
