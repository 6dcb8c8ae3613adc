"""No error that a database raises carries what a customer wrote into the log."""

import sqlalchemy as sa

from desk.tables import customers, numbers
from tests.integration.kernel.conftest import TEST, do

SAID = "my password is hunter2"


async def test_an_error_does_not_repeat_the_parameters(desk, capsys):
    await do(desk, lambda tx: tx.insert(numbers, series="n", last=0))

    def bad(tx):
        tx.insert(customers, id="c", name=SAID, created_at=tx.now)
        tx.insert(customers, id="c", name=SAID, created_at=tx.now)

    async def fails(awaitable):
        try:
            await awaitable
        except Exception as error:  # noqa: BLE001 whatever it is
            return str(error)
        raise AssertionError("it did not fail")

    told = [
        await fails(do(desk, bad)),
        await fails(desk.read(TEST, lambda rx: rx.all(sa.text("SELECT nonsense FROM nowhere WHERE x = :x"), x=SAID))),
    ]
    printed = capsys.readouterr()
    assert "hunter2" not in "".join(told) + printed.out + printed.err
