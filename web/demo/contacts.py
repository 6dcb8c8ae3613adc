"""web/demo/contacts.py: half a year of contacts on every channel, answered, wrapped up and closed.

Weekdays are busier than weekends, mornings busier than evenings, and it grows a little. Callers and
chatters who wait too long leave. Everything ended before the day of `now` began.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desk.tables import addresses, calls, customers, interactions, messages, segments, surveys, work_items
from desk.work.long_stays import over_within
from web.demo.book import Book
from web.demo.people import Person, people
from web.demo.texts import COMMENTS, GREETING, Story, story

NUMBER = "+442079460100"
DAYS = 182
CUSTOMERS = 1200

#: channel: share of contacts, mean wait in seconds, longest, handling from and to.
_CHANNELS: dict[str, tuple[int, float, float, float, float]] = {
    "email": (31, 2400, 12_000, 180, 720),
    "chat": (30, 22, 240, 240, 900),
    "voice": (27, 16, 300, 120, 600),
    "sms": (12, 150, 1500, 120, 600),
}
#: Handling on the last day, when the robots of today were at work already: by that day it is said how long who waits
#: now will wait. A call is spoken for 40 s to 100 s, of a chat some 20 s are spent on listening, and so on.
_ROBOTS: dict[str, tuple[float, float]] = {"email": (11, 35), "chat": (35, 110), "voice": (40, 100), "sms": (11, 35)}
#: Writing up, from and to: by people, and by robots.
_WRITTEN_UP, _BY_ROBOTS = (8.0, 75.0), (4.0, 15.0)
#: How a message of ours has arrived, by channel.
_DELIVERY = {"email": "handed_over", "chat": "read", "sms": "delivered"}
_WEIGHTS = {"vip": 6.0, "major": 4.0, "ordinary": 2.0, "small": 1.0}
_COMPLAINTS = 0.064
_PATIENCE = {"voice": 110.0, "chat": 160.0}


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A contact in which somebody complained."""

    id: str
    customer_id: str
    person: Person
    channel: str
    story: Story
    at: datetime
    answered_at: datetime
    replied_at: datetime
    agent: tuple[str, str]


def make_customers(book: Book, count: int = CUSTOMERS) -> list[tuple[str, Person]]:
    """Makes customers with their addresses, known for up to three years."""
    start = book.now - timedelta(days=DAYS + 1)
    made = []
    for person in people(book.rng, count):
        at = start - timedelta(milliseconds=book.rng.randrange(900 * 86_400_000))
        id = book.id(at)
        book.add(
            customers,
            id=id,
            name=person.name,
            tier=person.tier,
            language=person.language,
            time_zone=person.time_zone,
            vulnerable=person.vulnerable,
            created_at=at,
        )
        for kind, value in (("email", person.email), ("phone", person.phone)):
            book.add(addresses, id=book.id(at), customer_id=id, kind=kind, value=value, created_at=at)
        made.append((id, person))
    return made


def make_contacts(book: Book, known: list[tuple[str, Person]]) -> list[Contact]:
    """Makes the contacts of half a year; returns those in which somebody complained."""
    rng, grievances = book.rng, []
    cumulative: list[float] = []
    for _, person in known:
        cumulative.append((cumulative[-1] if cumulative else 0.0) + _WEIGHTS[person.tier])
    free_at: dict[str, datetime] = {}
    today = book.calendar.local_day(book.now)
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        base = 26 if book.calendar.is_business_day(day) else 11 if day.weekday() == 5 else 7
        count = round(base * (1.12 - 0.24 * back / DAYS) * rng.uniform(0.85, 1.15))
        for at in sorted(book.at_work(day, low=8.0, high=18.0) for _ in range(count)):
            customer_id, person = rng.choices(known, cum_weights=cumulative)[0]
            grievance = _make_contact(book, at, customer_id, person, free_at)
            if grievance is not None:
                grievances.append(grievance)
    return grievances


def _make_contact(
    book: Book, at: datetime, customer_id: str, person: Person, free_at: dict[str, datetime]
) -> Contact | None:
    rng = book.rng
    (channel,) = rng.choices(list(_CHANNELS), weights=[share for share, *_ in _CHANNELS.values()])
    _, wait_mean, longest, *_ = _CHANNELS[channel]
    complaint = rng.random() < _COMPLAINTS
    told = story(rng, person.language, complaint=complaint)
    queue, entry_point = _door(book, channel, told, complaint=complaint)
    id = book.id(at)
    queued_at = at + (book.seconds(14, 45) if channel == "voice" else timedelta())
    agent = agent_id, _ = _agent(book, queued_at, free_at)
    wait = max(book.around(wait_mean, most_s=longest), book.seconds(1, 3))
    wait = max(wait, free_at.get(agent_id, queued_at) - queued_at)
    patience = book.around(_PATIENCE[channel], most_s=900) if channel in _PATIENCE else None
    row = book.add(
        interactions,
        id=id,
        channel=channel,
        queue=queue,
        state="closed",
        subject=told.subject,
        preview="" if channel == "voice" else told.opening[:200],
        language=person.language,
        customer_id=customer_id,
        certainty="certain",
        entry_point=entry_point,
        reply_to=person.email if channel == "email" else person.phone if channel in ("sms", "voice") else "",
        arrived_at=at,
        queued_at=queued_at,
    )
    _arrive(book, row, person, told)
    if patience is not None and patience < wait and not complaint:
        _abandon(book, row, person, queued_at + max(patience, book.seconds(1, 2)))
        return None
    answered_at = queued_at + wait
    free_at[agent_id], replied_at = _answer(book, row, person, told, agent, answered_at, complaint=complaint)
    if not complaint:
        return None
    return Contact(
        id=id,
        customer_id=customer_id,
        person=person,
        channel=channel,
        story=told,
        at=at,
        answered_at=answered_at,
        replied_at=replied_at,
        agent=agent,
    )


def _arrive(book: Book, row: dict[str, Any], person: Person, told: Story) -> None:
    """A contact waits in its queue, with what its customer wrote or chose from the menu."""
    id, channel = row["id"], row["channel"]
    if channel == "voice":
        _segment(book, id, "self_service", row["arrived_at"], row["queued_at"])
    book.add(
        work_items,
        id=id,
        kind="interaction",
        channel=channel,
        interaction_id=id,
        customer_id=row["customer_id"],
        title=told.subject,
        queue=row["queue"],
        state="done",
        placed_at=row["queued_at"],
        version=3,
    )
    if channel != "voice":
        written = _as_written(channel, told, person)
        _say(book, id, row["arrived_at"], "customer", row["customer_id"], person.name, written)


def _abandon(book: Book, row: dict[str, Any], person: Person, left_at: datetime) -> None:
    """Its customer leaves before anybody answers."""
    row |= {"state": "abandoned", "ended_at": left_at, "closed_at": left_at}
    queued = {"queue": row["queue"], "entry": "new", "outcome": "abandoned"}
    _segment(book, row["id"], "queue", row["queued_at"], left_at, **queued)
    _call(book, row, person, left_at)


def _answer(
    book: Book,
    row: dict[str, Any],
    person: Person,
    told: Story,
    agent: tuple[str, str],
    answered_at: datetime,
    *,
    complaint: bool,
) -> tuple[datetime, datetime]:
    """An agent answers, writes it up, and perhaps a survey goes out; returns when that was done and when replied."""
    id, channel, queue, (agent_id, agent_name) = row["id"], row["channel"], row["queue"], agent
    spoken, written = _in_hand(book, channel, row["arrived_at"])
    ended_at = answered_at + spoken
    closed_at = ended_at + written
    _segment(book, id, "queue", row["queued_at"], answered_at, queue=queue, entry="new", outcome="answered")
    _segment(book, id, "agent", answered_at, ended_at, queue=queue, agent_id=agent_id)
    _segment(book, id, "wrap_up", ended_at, closed_at, queue=queue, agent_id=agent_id)
    row |= {
        "answered_at": answered_at,
        "ended_at": ended_at,
        "closed_at": closed_at,
        "last_agent_id": agent_id,
        "disposition": "complaint_taken" if complaint else told.matter.disposition,
        "note": told.subject if channel == "voice" else "",
    }
    _call(book, row, person, ended_at)
    replied_at = answered_at if channel == "voice" else _whole(answered_at + spoken * 0.6)
    if channel != "voice":
        _say(book, id, replied_at, "agent", agent_id, agent_name, told.reply, _DELIVERY[channel])
        if channel != "email" and book.rng.random() < 0.7:
            thanked_at = _whole(answered_at + spoken * 0.9)
            _say(book, id, thanked_at, "customer", row["customer_id"], person.name, told.thanks)
    if book.rng.random() < 0.16:
        _survey(book, id, row["customer_id"], person, closed_at)
    return closed_at, replied_at


def _in_hand(book: Book, channel: str, at: datetime) -> tuple[timedelta, timedelta]:
    """How long an agent is with a contact, and writes it up."""
    if book.calendar.local_day(at) < book.calendar.local_day(book.now) - timedelta(days=1):
        return book.seconds(*_CHANNELS[channel][3:]), book.seconds(*_WRITTEN_UP)
    return book.seconds(*_ROBOTS[channel]), book.seconds(*_BY_ROBOTS)


def _door(book: Book, channel: str, told: Story, *, complaint: bool) -> tuple[str, str]:
    """The queue and the entry point through which a contact came."""
    if channel == "email":
        if complaint and book.rng.random() < 0.6:
            return "complaints", "complaints@demo.test"
        return ("billing", "billing@demo.test") if told.matter.queue == "billing" else ("general", "support@demo.test")
    if channel == "voice":
        return ("complaints" if complaint and book.rng.random() < 0.5 else told.matter.queue), NUMBER
    return ("general", "widget") if channel == "chat" else ("general", NUMBER)


def _agent(book: Book, at: datetime, free_at: dict[str, datetime]) -> tuple[str, str]:
    """Somebody who is free at `at`, or who is free first."""
    free = [agent for agent in book.staff.agents if free_at.get(agent[0], at) <= at]
    return book.rng.choice(free) if free else min(book.staff.agents, key=lambda agent: free_at[agent[0]])


def _as_written(channel: str, told: Story, person: Person) -> str:
    if channel != "email":
        return told.opening
    return GREETING[person.language].format(text=told.opening, name=person.name)


def _segment(book: Book, id: str, kind: str, from_at: datetime, to_at: datetime, **values: Any) -> None:
    stay = {"kind": kind, "from_at": from_at, "to_at": to_at, "within_h": over_within(from_at, to_at)}
    book.add(segments, id=book.id(from_at), interaction_id=id, **stay, **values)


def _say(
    book: Book, id: str, at: datetime, kind: str, author_id: str, name: str, text: str, delivery: str | None = None
) -> None:
    book.add(
        messages,
        id=book.id(at),
        interaction_id=id,
        author_kind=kind,
        author_id=author_id,
        author_name=name,
        text=text,
        sent_at=at,
        delivery=delivery,
    )


def _call(book: Book, row: dict[str, Any], person: Person, ended_at: datetime) -> None:
    if row["channel"] == "voice":
        book.add(
            calls,
            id=row["id"],
            carrier_id=f"CA{book.rng.getrandbits(128):032x}",
            from_number=person.phone,
            to_number=NUMBER,
            flow="main",
            ended_at=ended_at,
            ended_by="customer",
        )


def _survey(book: Book, id: str, customer_id: str, person: Person, closed_at: datetime) -> None:
    """Asked a day later; about a third answer. What would be asked today was not planned."""
    asked_at = closed_at + timedelta(days=1)
    if asked_at > book.now - timedelta(days=1):
        return
    survey = book.add(
        surveys,
        id=book.id(asked_at),
        customer_id=customer_id,
        interaction_id=id,
        kind="interaction",
        channel="email",
        address=person.email,
        planned_at=asked_at,
        sent_at=asked_at,
        state="sent",
    )
    if book.rng.random() < 0.36:
        csat = book.rng.choices((5, 4, 3, 2, 1), weights=(48, 30, 12, 6, 4))[0]
        answer_survey(book, survey, person, csat)


def answer_survey(book: Book, survey: dict[str, Any], person: Person, csat: int, **more: int) -> None:
    """Answers a survey within a day; who is unhappy was rung, and that is done."""
    answered_at = survey["sent_at"] + book.seconds(600, 72_000)
    nps = min(10, max(0, csat * 2 + book.rng.randrange(-1, 2)))
    survey |= {
        "state": "answered",
        "answered_at": answered_at,
        "answers": {"csat": csat, "nps": nps, "effort": min(7, csat + book.rng.randrange(3)), **more},
        "comment": COMMENTS[person.language][csat >= 4] if book.rng.random() < 0.4 else "",
    }
    if nps <= 6 or csat <= 2:
        book.add(
            work_items,
            id=book.id(answered_at),
            kind="callback",
            channel="task",
            customer_id=survey["customer_id"],
            reference=survey["id"],
            title=f"Call an unhappy customer: CSAT {csat}, NPS {nps}",
            queue="complaints",
            state="done",
            placed_at=answered_at,
            due_at=answered_at + timedelta(hours=48),
            outcome="reached",
            version=3,
        )


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
