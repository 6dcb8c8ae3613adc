"""knowledgebase/learning/night.py: what the knowledge base lacks, counted every night.

    03:30 on the site ──▶ job ──▶ questions without an answer, grouped        unanswered.py
                           ├────▶ what wants an eye: bad, unused, behind      watching.py
                           ├────▶ texts that contradict each other            contradicting.py
                           ├────▶ files that nothing shows any more           reading/forgotten_files.py
                           └── plans the next night

Pages read what the night has counted; who does not want to wait asks for it at once.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from desk.kernel.desk import Desk
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Tx
from desk.organization.days import beginning, zone_of_site
from knowledgebase.learning import contradicting, unanswered, watching
from knowledgebase.reading.forgotten_files import ForgetFiles
from knowledgebase.writing.texts import must_write

ACTOR = Actor.system("learning")
#: When the night's work begins, after midnight on the site.
NIGHT = timedelta(hours=3, minutes=30)
_AT_ONCE = "learn:now"


@dataclass(frozen=True, kw_only=True)
class Learn(Job):
    """The work of one night, by its date on the site; empty: somebody asks for it now."""

    night: str = ""


def plan(tx: Tx) -> None:
    """Defers the work of the next night, once, however often it is planned."""
    zone = zone_of_site(tx)
    night = tx.now.astimezone(zone).date()
    if tx.now >= _begin(night, zone):
        night += timedelta(days=1)
    tx.defer(Learn(night=night.isoformat()), at=_begin(night, zone), key=f"learn:{night.isoformat()}")


def at_once(tx: Tx) -> None:
    """Has everything counted now; asking twice counts once.

    Raises:
        Forbidden: who acts may not write.
    """
    must_write(tx)
    tx.defer(Learn(), key=_AT_ONCE)


async def learn(desk: Desk, job: Learn) -> None:
    """Counts everything anew. Doing it twice comes to the same."""
    if job.night:
        await desk.transact(ACTOR, _begun, job.night)
    await unanswered.regroup(desk)
    await watching.watch(desk)
    await contradicting.hold_against_others(desk)


def _begun(tx: Tx, night: str) -> None:
    """Plans the next night, and what this one does besides counting."""
    plan(tx)
    tx.defer(ForgetFiles(), key=f"forget_files:{night}")


def _begin(night: date, zone: ZoneInfo) -> datetime:
    return beginning(night, zone) + NIGHT
