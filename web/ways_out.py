"""web/ways_out.py: how this installation reaches the outside: its mail relay, its carrier for calls and texts.

What is not set up is absent: a message that needs it fails with a reason that its author sees.
"""

from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from channels.email.send import SmtpSender
from channels.protocol import MessageChannel
from channels.sms import TwilioSms
from channels.twilio_account import TwilioAccount
from channels.voice.twilio import TwilioCarrier
from channels.voice.twilio_standin import start_memory_carrier
from desk.kernel.desk import Desk
from desk.kernel.log import log
from desk.kernel.settings import Settings


@dataclass(kw_only=True)
class WaysOut:
    """Message channels by name, and who makes calls."""

    channels: dict[str, MessageChannel] = field(default_factory=dict)
    carrier: TwilioCarrier | None = None


async def open_ways_out(desk: Desk, stack: AsyncExitStack, *, countries: Collection[str]) -> WaysOut:
    """Sets up what the settings name; `stack` closes it. `countries` are those that we dial."""
    out = WaysOut()
    if desk.settings.voice_carrier == "memory" and not desk.settings.twilio_api_base_url:
        desk.settings = await _with_memory_carrier(desk, stack)
    settings = desk.settings
    if settings.smtp_url:
        out.channels["email"] = SmtpSender(settings.smtp_url, load=desk.blobs.get, now=desk.clock.now)
    else:
        log.warning("no_mail_relay", setting="CARELINE_SMTP_URL")
    if settings.twilio_account_sid and settings.twilio_auth_token:
        account = TwilioAccount(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            api_key=settings.twilio_api_key,
            api_secret=settings.twilio_api_secret,
            base_url=settings.twilio_api_base_url,
        )
        stack.push_async_callback(account.close)
        out.channels["sms"] = TwilioSms(account, public_url=settings.public_url)
        out.carrier = TwilioCarrier(account, public_url=settings.public_url, countries=countries)
    else:
        log.warning("no_carrier", setting="CARELINE_TWILIO_ACCOUNT_SID")
    return out


async def _with_memory_carrier(desk: Desk, stack: AsyncExitStack) -> Settings:
    """A carrier inside this process: everything works but the voice."""
    settings = desk.settings
    standin = await start_memory_carrier(
        public_url=settings.public_url,
        now=desk.clock.now,
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
    )
    stack.push_async_callback(standin.stop)
    found = {
        "twilio_account_sid": standin.account_sid,
        "twilio_auth_token": standin.auth_token,
        "twilio_api_base_url": standin.base_url,
    }
    return settings.model_copy(update=found)
