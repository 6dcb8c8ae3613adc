"""web/demo/history.py: half a year in which the sample organization was at work, ending yesterday.

Written straight into the tables in a few big inserts. The same seed, `now` and staff give the same
rows. Nothing of it waits, and nothing falls due for more than a day; where nobody gets in touch nothing asks
for work for 45 days.
"""

from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from desk.complaints.clocks import ACTIONS, BODY, refresh_next, watch_next
from desk.complaints.lifecycle import OPEN, State
from desk.complaints.site import calendar_of
from desk.kernel.transaction import Tx
from desk.tables import complaints, deadlines
from web.demo.book import QUIET, Book, Staff
from web.demo.complaints import make_complaints
from web.demo.contacts import make_contacts, make_customers
from web.demo.recoveries import leave_checks


def make_history(book: Book) -> None:
    """Makes customers, contacts and complaints."""
    known = make_customers(book)
    make_complaints(book, make_contacts(book, known))
    leave_checks(book)


def write_history(tx: Tx, *, seed: int, now: datetime, staff: Staff, quiet_for: timedelta = QUIET) -> None:
    """Writes half a year that ends on the day before `now`, and what it leaves for later days."""
    book = Book(rng=Random(seed), now=now, calendar=calendar_of(tx), staff=staff, quiet_for=quiet_for)
    make_history(book)
    book.write(tx)
    for row in tx.all(sa.select(complaints.c.id).where(complaints.c.state.in_([state.value for state in OPEN]))):
        complaint = refresh_next(tx, row.id)
        mine = (deadlines.c.complaint_id == complaint.id, deadlines.c.cycle == complaint.cycle)
        for due in tx.all(sa.select(deadlines).where(*mine, deadlines.c.met_at.is_(None))):
            # While somebody else decides our own clocks stand still.
            if due.name in ({BODY} if complaint.state == State.EXTERNAL else ACTIONS):
                watch_next(tx, complaint, due.name, due.due_at)
