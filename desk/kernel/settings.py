"""desk/kernel/settings.py: everything that can be set from outside, in one class.

Environment variables win over `careline.toml` in the working folder; the command line wins over
both. A wrong value stops start-up with one line (`SettingsError`).
"""

import errno
import ipaddress
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from desk.kernel import database_address, instants, secret_key

SECRETS = frozenset({"secret_key", "twilio_auth_token", "twilio_api_secret", "model_key"})

#: A name or an IPv4 address; or an IPv6 one in brackets, as a colon ends the host elsewhere.
_HOST = re.compile(r"[A-Za-z0-9._*-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\]")

#: A host of one word. Numbers are hosts too, in another writing: 134744072 and 0x08080808 are 8.8.8.8.
_WORD = re.compile(r"(?!(?:0x[\da-f]*|\d+)\Z)[a-z\d_-]{1,63}", re.IGNORECASE)

#: What stands in no address as it is written: spaces, line ends, control characters.
_NO_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f]")


class SettingsError(Exception):
    """One line: which setting is wrong, and why."""


class Settings(BaseSettings):
    """The effective settings; each is `CARELINE_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="CARELINE_", toml_file="careline.toml", extra="forbid")

    database_url: str = Field("", description="Default: SQLite in the data folder; or postgresql+asyncpg://…")
    redis_url: str = Field("", description="Needed only with more than one process")
    data_dir: Path = Field(Path("data"), description="Folder of the database, blobs and logs")
    bind: str = Field("127.0.0.1:8080", description="host:port of the web server")
    public_url: str = Field("", description="How the outside reaches us; default http:// and bind")
    secret_key: str = Field(
        "", description="Signs links and sessions, 32 characters or more; else one is made and kept"
    )
    trusted_proxies: str = Field("", description="Comma-separated networks whose forwarding headers are believed")
    smtp_listen: str = Field("127.0.0.1:8025", description="Built-in mail receiver; empty: off")
    mail_authenticated_by: str = Field(
        "", description="Comma-separated names of mail servers before us whose Authentication-Results are believed"
    )
    imap_url: str = Field("", description="A mailbox to collect from")
    smtp_url: str = Field("", description="Outgoing relay: smtp://user:password@host:port or smtps://")
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_api_key: str = ""
    twilio_api_secret: str = ""
    twilio_api_base_url: str = Field("", description="Another host for tests and compatible carriers")
    voice_carrier: Literal["browser", "twilio", "memory", "asterisk"] = "twilio"
    ari_url: str = ""
    model_url: str = Field("", description="A language-model provider that speaks as OpenAI does: …/v1; empty: none")
    model_key: str = Field("", description="What it knows us by, sent as Authorization: Bearer; empty: none")
    model_name: str = Field("", description="The model that is asked there")
    test_clock: Path | None = Field(None, description="Loopback only: a file with an RFC 3339 instant")
    role: Literal["all", "web", "router"] = "all"
    demo: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @field_validator("bind", "smtp_listen")
    @classmethod
    def _host_and_port(cls, value: str, info: ValidationInfo) -> str:
        host, _, port = value.rpartition(":")
        known_port = port.isascii() and port.isdigit() and len(port) < 6 and int(port) < 65536
        off = not value and info.field_name == "smtp_listen"
        if not off and not (_HOST.fullmatch(host) and known_port):
            raise ValueError("must be host:port, with an IPv6 address in brackets")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        return value and database_address.checked(value)

    @field_validator("public_url", "twilio_api_base_url", "model_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        """Links are this address and what is appended to it: it ends with its path."""
        address = _address(value, "must be an http:// or https:// address", "http", "https").rstrip("/")
        if any(mark in address for mark in '@?#<>"\\'):
            raise ValueError("must be an http:// or https:// address alone: without a user, quotes, <>, ? or #")
        return address

    @field_validator("model_url")
    @classmethod
    def _not_overheard(cls, value: str) -> str:
        """The key and what customers wrote go over no network in the open."""
        if value.startswith("http:") and not _is_near(urlsplit(value).hostname or ""):
            raise ValueError("must be https:// beyond this machine and the network that it stands in")
        return value

    @field_validator("model_key", "model_name")
    @classmethod
    def _one_word(cls, value: str) -> str:
        if value and not re.fullmatch(r"[\x21-\x7e]{1,500}", value):
            raise ValueError("must be one word of ASCII characters, 500 at most")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _relay(cls, value: str) -> str:
        return _address(value, "must be smtp://host:port or smtps://host:port", "smtp", "smtps")

    @field_validator("imap_url")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        return _address(value, "must be imap://user:password@host:port or imaps://", "imap", "imaps")

    @field_validator("ari_url")
    @classmethod
    def _asterisk(cls, value: str) -> str:
        return _address(value, "must be http://user:password@host:port or https://", "http", "https", "ws", "wss")

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        return _address(value, "must be redis://host:port/number or rediss://host:port/number", "redis", "rediss")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            ipaddress.ip_network(part)
        return value

    @field_validator("test_clock")
    @classmethod
    def _instant(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                instants.parse(value.read_text().strip())
            except (OSError, ValueError) as error:
                raise ValueError("must name a file that holds an instant like 2026-10-05T08:10:00+00:00") from error
        return value

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        if not self.public_url:
            self.public_url = f"http://{self.bind}"
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir.absolute() / 'careline.sqlite3'}"
        if self.smtp_listen == self.bind and not self.bind.endswith(":0"):
            raise ValueError(f"SMTP_LISTEN: {self.bind} is where the web server listens (CARELINE_BIND)")
        if self.test_clock is not None and not self._on_loopback():
            raise ValueError("TEST_CLOCK: allowed only when the server listens on loopback")
        if self.model_url and not self.model_name:
            raise ValueError("MODEL_NAME: must name the model that is asked at CARELINE_MODEL_URL")
        return self

    def _on_loopback(self) -> bool:
        host = self.bind.rpartition(":")[0].strip("[]")
        return host == "localhost" or host.startswith("127.") or host == "::1"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry `Secure`: they do when the public address is https."""
        return self.public_url.startswith("https://")

    def masked(self) -> dict[str, str]:
        """The effective settings as text, with secrets and passwords hidden."""
        shown = {}
        for name, value in self.model_dump().items():
            text = "" if value is None else str(value)
            if name in SECRETS and text:
                text = "********"
            elif name.endswith("_url") and (password := urlsplit(text).password):
                text = text.replace(f":{password}@", ":********@")
            shown[name] = text
        return shown


def load_settings(**flags: Any) -> Settings:
    """The settings from environment, file and `flags` (those that are not None), ready to use.

    Makes the data folder and, where none is set, a secret key that is kept in it.

    Raises:
        SettingsError: one line that says which setting is wrong, and why.
    """
    try:
        settings = Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        variable = f"CARELINE_{name.upper()}: " if name else "CARELINE_"
        if first["type"] == "extra_forbidden":
            raise SettingsError(f"careline.toml: {name}: no such setting (CARELINE_{name.upper()})") from error
        raise SettingsError(f"{variable}{first['msg'].removeprefix('Value error, ')}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"careline.toml: {' '.join(str(error).split())}") from error
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not settings.secret_key:
            settings.secret_key = secret_key.kept(settings.data_dir / "secret.key")
        secret_key.check(settings.secret_key)
        if not os.access(settings.data_dir, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise SettingsError(f"CARELINE_DATA_DIR: {error.strerror}: {settings.data_dir}") from error
    except ValueError as error:
        raise SettingsError(f"CARELINE_SECRET_KEY: {error}") from error
    return settings


def _address(value: str, otherwise: str, *schemes: str) -> str:
    """`value`, if it is empty, or an address with one of `schemes`, a host, and a port that is one.

    Raises:
        ValueError: `otherwise`.
    """
    try:
        at = urlsplit(value)
        right = at.scheme in schemes and bool(at.hostname) and (at.port is None or at.port > 0)
        right = right and _NO_ADDRESS.search(value) is None
    except ValueError:  # a port that is no number, or a bracket that does not close
        right = False
    if value and not right:
        raise ValueError(otherwise)
    return value


def _is_near(host: str) -> bool:
    """Whether `host` is this machine, an address of a private network, or a name without a dot, as within one.

    A name is what it is asked for as: evil。example has a dot.
    """
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return _is_one_word(host)


def _is_one_word(host: str) -> bool:
    try:
        return bool(_WORD.fullmatch(host.encode("idna").decode()))
    except UnicodeError:
        return False


def set_outside() -> frozenset[str]:
    """The names of the settings that the environment sets."""
    return frozenset(name.removeprefix("CARELINE_").lower() for name in os.environ if name.startswith("CARELINE_"))


def unknown_outside() -> list[str]:
    """Variables that are named like settings and are none: misspelt, or not ours."""
    return sorted(f"CARELINE_{name.upper()}" for name in set_outside() - Settings.model_fields.keys())
