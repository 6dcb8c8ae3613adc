"""desk/organization/entry_points.py: a number, mailbox, form or widget, and where it leads.

An address is spelled as what comes to it says it, so that one which is written otherwise in the file leads there too.
"""

import re
from typing import Annotated

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from channels.email.addresses import is_address
from channels.voice.numbers import normalise
from desk.organization.values import Key

#: A few digits that a carrier leads to a house: `60 660`.
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
#: What a telephone line may be called besides its number.
_LINE = re.compile(r"(?:sip|sips|client):[\x21-\x7e]{1,300}")
#: What callers are led through.
_HAS_FLOWS = "voice"


class EntryPoint(BaseModel, extra="forbid", frozen=True):
    """A number, mailbox, form or widget, and where it leads."""

    channel: Key
    address: Annotated[str, Field(min_length=1, max_length=320)]
    queue: Key
    flow: Key | None = None

    @field_validator("address")
    @classmethod
    def _as_it_arrives(cls, address: str, info: ValidationInfo) -> str:
        return spelled(str(info.data.get("channel")), address)

    @field_validator("flow")
    @classmethod
    def _of_calls(cls, flow: str | None, info: ValidationInfo) -> str | None:
        if flow is not None and info.data.get("channel") != _HAS_FLOWS:
            raise ValueError("only callers are led through a flow")
        return flow


def spelled(channel: str, address: str) -> str:
    """The one spelling of an address of a channel: what arrives says it so.

    Raises:
        ValueError: nothing could ever arrive there; why, in words.
    """
    address = address.strip()
    if not address:
        raise ValueError("an address is missing")
    if channel == "email":
        if not is_address(address):
            raise ValueError("is no mail address")
        return address.lower()
    if channel not in ("voice", "sms"):
        return address
    number = normalise(address)
    if number is not None:
        return number
    digits = re.sub(r"[\s-]", "", address)
    if channel == "sms" and _SHORT_CODE.fullmatch(digits):
        return digits
    if channel == "voice" and _LINE.fullmatch(address):
        return address
    raise ValueError("is no telephone number; with its country it is one: +44 20 7946 0100")
