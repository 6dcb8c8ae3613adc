"""What stories of customers who sign in ask and do beside the doors."""

import sqlalchemy as sa

from channels.types import Arrival
from desk.contacts.intake import receive
from desk.kernel.transaction import Tx
from tests.integration.web.front import Client

COOKIE = "careline-customer"


async def is_signed_in(browser: Client) -> bool:
    return (await browser.get("/help/cases", allow_redirects=False)).status == 200


def secret_in(browser: Client) -> str:
    return next((one.value for one in browser.session.cookie_jar if one.key == COOKIE), "")


# Who reads what.


async def reads(browser: Client, slug: str) -> bool:
    return (await browser.get(f"/help/a/{slug}")).status == 200


def talks(tx: Tx, address: str, subject: str, *, channel: str = "email", kind: str = "", **headers: str) -> str:
    arrival = Arrival(
        channel=channel,
        external_id=f"{channel} {subject}",
        address_kind=kind or ("email" if channel in ("email", "form") else "chat"),
        address=address,
        subject=subject,
        text="secret words",
        headers=headers,
    )
    (got,) = receive(tx, [arrival])
    return got.interaction_id


def execute(tx: Tx, change: sa.Executable) -> None:
    tx.execute(change)
