"""desk/organization/theme_kept.py: the theme as the organization keeps it, and its changes, one at a time.

The logo is kept beside the rest: pages need to know its size and its name, and only who asks for the picture itself
reads it.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from desk.kernel.errors import Invalid, Stale
from desk.kernel.events import OrganizationChanged
from desk.kernel.transaction import Rx, Tx
from desk.organization.history import ORGANIZATION, differences, mark
from desk.organization.logo import Logo, logo_of, logo_said, written
from desk.organization.plain_yaml import wrong_values
from desk.organization.rows import put
from desk.organization.setting import setting
from desk.organization.theme import Theme, theme_as_told, wrong_in_theme
from desk.tables import organization

#: The settings that hold it.
THEME, LOGO = "theme", "theme_logo"


def settings_of(theme: Theme) -> dict[str, Any]:
    """A theme as settings."""
    said = theme.model_dump(mode="json", exclude={"logo"}, exclude_defaults=True)
    if theme.logo:
        logo = logo_said(theme.logo)
        said["logo"] = {"version": logo.version, "type": logo.type, "width": logo.width, "height": logo.height}
    return {THEME: said, LOGO: theme.logo}


def theme_of(settings: Mapping[str, Any]) -> Theme:
    """The theme that settings say."""
    return Theme(**(settings[THEME] | {"logo": settings[LOGO]}))


def theme_said(rx: Rx) -> Theme:
    """The theme as it is now, with its logo."""
    return theme_of({key: setting(rx, key) for key in (THEME, LOGO)})


def logo_kept(rx: Rx) -> Logo | None:
    """The logo as it is now; None where there is none."""
    text = setting(rx, LOGO)
    return logo_said(text) if text else None


def mark_of_theme(theme: Theme) -> str:
    """What a form says of the theme that it showed; of the logo it says nothing, which has a form of its own."""
    return mark(theme.model_dump(mode="json", exclude={"logo"}))


def valid_theme(theme: Theme, fields: Mapping[str, Any]) -> Theme:
    """`theme` with other fields, those of the organization file.

    Raises:
        Invalid: each field that is wrong.
    """
    try:
        said = Theme.model_validate(theme.model_dump(mode="json") | dict(fields))
    except ValidationError as error:
        raise Invalid.many(wrong_values(error)) from error
    if wrong := list(wrong_in_theme(said)):
        raise Invalid.many(wrong)
    return said


def change_theme(tx: Tx, fields: Mapping[str, Any], seen: str | None = None) -> None:
    """Changes the theme; what `fields` leave out stays.

    Raises:
        Invalid: each field that is wrong, by its path in the section `theme`.
        Stale: the theme is not any more as `seen`.
    """
    before = theme_said(tx)
    if seen is not None and seen != mark_of_theme(before):
        raise Stale("This theme", "somebody has changed it meanwhile")
    _put(tx, before, valid_theme(before, fields))


def change_logo(tx: Tx, data: bytes) -> None:
    """Makes these bytes the logo; none of them takes it away.

    Raises:
        Invalid: they are no logo.
    """
    before = theme_said(tx)
    try:
        logo = written(logo_of(data)) if data else ""
    except ValueError as error:
        raise Invalid("file", str(error)) from error
    _put(tx, before, before.model_copy(update={"logo": logo}))


def _put(tx: Tx, before: Theme, after: Theme) -> None:
    for key, value in settings_of(after).items():
        put(tx, organization, key, value=value)
    changes = differences(told(before), told(after))
    if changes:
        tx.emit(OrganizationChanged(id=ORGANIZATION, changes=changes))


def told(theme: Theme) -> dict[str, Any]:
    """What a theme says, by the paths by which the history names it."""
    return {f"{THEME}.{name}": value for name, value in theme_as_told(theme).items()}
