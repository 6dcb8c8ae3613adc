"""web/sockets/fields.py: what a client may write where, on the sockets.

Text never holds a control character but tabs and ends of lines: nobody types one; nor half of a character,
which `web/sockets/wire.py` lets nobody say.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from channels.characters import seen, undirected
from desk.contacts.messages import MOST_TEXT


def _seen(value: Any) -> Any:
    return seen(value) if isinstance(value, str) else value


Id = Annotated[str, BeforeValidator(_seen), StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
ClientId = Annotated[str, BeforeValidator(_seen), StringConstraints(min_length=1, max_length=64)]
Text = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=MOST_TEXT)]
Line = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=300), AfterValidator(undirected)]
Word = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=64)]
Seq = Annotated[int, Field(ge=0, le=2**53)]
#: What is looked for.
Query = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=300)]
#: A part of somebody's name.
Name = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=200)]
Address = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=320)]
Page = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=2000)]
Language = Annotated[str, StringConstraints(max_length=16, pattern=r"^[A-Za-z0-9-]*$")]
