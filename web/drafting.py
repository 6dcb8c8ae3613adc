"""web/drafting.py: asks the language-model provider for a draft, where there is one.

    may it be sent? ──▶ not too often? ──▶ written down ──▶ asked, once ──▶ what holds of the answer ──▶ a person

Nothing of it is sent, kept or published by itself. The log says who had what drafted of what, by how much, and what
came of it; not a word of it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from aiohttp import web

from channels.model.chat import write
from channels.model.transport import Failed, ModelTransport, Why
from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict, Unavailable
from desk.kernel.log import log
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Rx
from knowledgebase.drafting.answers import Draft, Flaw, taken
from knowledgebase.drafting.orders import MayRead, Order, may_read, ordered
from web.limiter import DRAFTS, Limiter

P = ParamSpec("P")

_FAILED = {
    Why.BUSY: "The language model has too much to do just now. Try again in a moment.",
    Why.SLOW: "The language model did not answer in time.",
    Why.UNREACHABLE: "The language model cannot be reached.",
    Why.UNAUTHORISED: "The language model does not accept our key: an administrator must look.",
    Why.REFUSED: "The language model refuses to answer: an administrator must look.",
    Why.BROKEN: "The language model failed.",
    Why.TOO_LARGE: "The language model answered more than is read here.",
    Why.UNREADABLE: "What the language model answered could not be read.",
    Why.CUT: "The language model stopped in the middle.",
}
_FLAWED = {
    Flaw.INVENTED: "The language model named a source that it was not given, so its draft was not taken.",
    Flaw.UNCITED: "The language model named no source, so its draft was not taken.",
    Flaw.ASKED: "The language model named only what was asked, which answers nothing, so its draft was not taken.",
    Flaw.UNKNOWN: "The language model found no answer in what it was given.",
    Flaw.TOO_LONG: "The language model wrote more than is taken.",
}


class NotDrafted(Unavailable):
    """The provider gave no answer; nothing was changed."""

    code = "model_failed"

    def __init__(self, why: Why) -> None:
        super().__init__("The language model")
        self.message = f"{_FAILED[why]} Nothing was changed."


class NotTaken(Conflict):
    """It answered, and its answer is not to be relied on; nothing was changed."""

    code = "model_refused"

    def __init__(self, flaw: Flaw) -> None:
        super().__init__("language model", flaw.value)
        self.message = f"{_FLAWED[flaw]} Nothing was changed."


class NoModel(Conflict):
    """Nobody has set a provider."""

    code = "no_model"

    def __init__(self) -> None:
        super().__init__("language model", "none is set up here")


class Drafter:
    """The provider that the settings name, if any."""

    def __init__(self, desk: Desk, limiter: Limiter) -> None:
        self._desk = desk
        self._limiter = limiter
        settings = desk.settings
        self._transport = ModelTransport(url=settings.model_url, key=settings.model_key)

    async def draft(
        self, actor: Actor, order: Callable[Concatenate[Rx, P], Order], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Draft, Order]:
        """What the model drafts with what `order` gathers, and that order. Nothing is kept of it.

        Raises:
            NoModel: there is none.
            TooMany: this user had too much drafted in a short time.
            NotDrafted: the provider did not answer.
            NotTaken: what it answered cites nothing, or what it was not given.
            CarelineError: what the order raises: it is not allowed, not theirs, or there is nothing to draft from.
        """
        model = self._desk.settings.model_name
        if not self._desk.settings.model_url:
            with suppress(Conflict):  # whose it is not learns nothing here either
                await self._desk.read(actor, order, *args, **kwargs)
            raise NoModel
        made = await self._desk.read(actor, order, *args, **kwargs)
        self._limiter.count(DRAFTS, actor.id)
        await self._desk.transact(actor, ordered, made, model)
        answer = await write(self._transport, model, made.prompt)
        found = answer if isinstance(answer, Failed) else taken(made.what, answer, made.sources)
        _log(actor, made, model, answer, found)
        if isinstance(found, Failed):
            raise NotDrafted(found.why)
        if isinstance(found, Flaw):
            raise NotTaken(found)
        return found, made

    async def close(self) -> None:
        """Closes the connections."""
        await self._transport.close()


DRAFTER: web.AppKey[Drafter] = web.AppKey("drafter", Drafter)


@dataclass(frozen=True, kw_only=True)
class Provider:
    """The language model that drafts here, as screens speak of it."""

    name: str
    host: str
    may_read: MayRead

    @property
    def reads_conversations(self) -> bool:
        """Whether customers' words may be sent to it."""
        return self.may_read is MayRead.CONVERSATIONS


def provider(rx: Rx, settings: Settings) -> Provider | None:
    """Who drafts here, and what they may read; None where the operator has named nobody."""
    if not settings.model_url:
        return None
    host = urlsplit(settings.model_url).hostname or ""
    return Provider(name=settings.model_name, host=host, may_read=may_read(rx))


def _log(actor: Actor, made: Order, model: str, answer: str | Failed, found: Draft | Flaw | Failed) -> None:
    outcome = "drafted" if isinstance(found, Draft) else found.why if isinstance(found, Failed) else found
    log.info(
        "model_asked",
        by=actor.id,
        what=made.what.value,
        about=made.about,
        articles=made.articles,
        model=model,
        sent=made.prompt.characters,
        received=0 if isinstance(answer, Failed) else len(answer),
        status=answer.status if isinstance(answer, Failed) else 200,
        outcome=str(outcome),
    )
