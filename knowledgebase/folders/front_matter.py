"""knowledgebase/folders/front_matter.py: a text of an article as a Markdown file, and back.

    ---
    title: When does my refund arrive?
    language: en
    audience: public
    state: published
    ---
    Within **five** days.

What is written is read back as it was. A file without such a head is taken as well: its first heading is its title.
What other programs write into theirs (`layout`, `date`) is passed over, and named; a head in TOML, between `+++`, is
read as well, and what says `draft: true` or `published: false` is a draft.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ValidationError

from desk.kernel.errors import Invalid
from desk.kernel.instants import Moment
from desk.organization.plain_yaml import read_mapping, wrong_values
from knowledgebase.contents import tags_in

_FENCE = "---\n"
_TOML = "+++\n"
_MOST_HEAD = 100_000
#: What a person writes there is text, also where YAML knows another meaning: `title: yes`, `language: no`, `1.10`.
_TEXTS = ("title", "summary", "slug", "former", "language", "original", "team", "category", "tags", "owner")
_HEADING = re.compile(r"\A\s*#\s+([^\n]+?)\s*#*\s*(?:\n|\Z)")


def _texts(value: Any) -> Any:
    """Tags and slugs as people write them: a list, or a line as `tags_in` reads it; what TOML takes for a number is a
    text."""
    parts = tags_in(value) if isinstance(value, str) else value
    return [str(part).strip() for part in parts] if isinstance(parts, list) else parts


class Head(BaseModel, extra="ignore", frozen=True):
    """What stands above the words. Of a translation, `original` is the slug of what it translates. `former` are slugs
    that lead to the text, `publish_at` is when its words will be published."""

    title: str
    summary: str = ""
    slug: str | None = None
    former: Annotated[list[str], BeforeValidator(_texts)] = []
    language: str | None = None
    original: str | None = None
    behind: bool = False
    state: Literal["draft", "in_review", "approved", "published", "archived"] | None = None
    audience: Literal["public", "customers", "internal"] | None = None
    team: str | None = None
    category: str | None = None
    tags: Annotated[list[str], BeforeValidator(_texts)] = []
    owner: str | None = None
    review_due_at: Moment | None = None
    publish_at: Moment | None = None
    expire_at: Moment | None = None
    published_first_at: Moment | None = None
    files: dict[str, str] = {}


class Filed(BaseModel, extra="forbid", frozen=True):
    """A category as a file says it; `parent` is the slug of the one above."""

    slug: str
    parent: str | None = None
    names: dict[str, str]
    about: dict[str, str] = {}
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file: where it lies, what stands above its words, and these. `filed` are the folders that it lies in, `parts`
    the headings at which what it names for links begins."""

    path: str
    head: Head
    body: str
    filed: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)


def read_sheet(path: str, text: str) -> Sheet:
    """The sheet that a Markdown text says.

    Raises:
        Invalid: its head is no such head; names what is wrong.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    fence = next((one for one in (_FENCE, _TOML) if text.startswith(one)), None)
    if fence is None:
        return untitled(path, text)
    head, body = _parted(text, fence)
    said = _said(head, fence)
    body = body.removesuffix("\n")
    if "title" not in said:
        plain = untitled(path, body)
        said, body = said | {"title": plain.head.title}, plain.body
    if _is_no_page(said):
        said = {"state": "draft"} | said
    other = tuple(sorted(str(name) for name in said if name not in Head.model_fields))
    try:
        return Sheet(path=path, head=Head.model_validate(said), body=body, passed_over=other)
    except ValidationError as error:
        raise Invalid.many(wrong_values(error)) from error


def _parted(text: str, fence: str) -> tuple[str, str]:
    """What stands between the fences, and below them."""
    mark = fence.removesuffix("\n")
    head, ended, body = text.removeprefix(fence).partition(f"\n{fence}")
    if not ended:
        if not text.rstrip("\n").endswith(f"\n{mark}"):
            raise Invalid("head", f"begins with {mark} and has no {mark} that ends it")
        head, body = text.removeprefix(fence).rstrip("\n").removesuffix(mark), ""
    return head, body


def _said(head: str, fence: str) -> dict[str, Any]:
    """What a head says; with a line for the fence above it, so that an error names the line of the file."""
    if fence == _FENCE:
        begins_with = "a head has names like title:"
        return read_mapping(f"\n{head}", most_characters=_MOST_HEAD + 1, begins_with=begins_with, texts=_TEXTS)
    if len(head) > _MOST_HEAD:
        raise Invalid("head", f"more than {_MOST_HEAD:,} characters")
    try:
        return tomllib.loads(f"\n{head}")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Invalid("head", f"no TOML that can be read: {error}") from error


def _is_no_page(said: Mapping[str, Any]) -> bool:
    """Whether Hugo (`draft`) or Jekyll (`published`) would make no page of it."""
    return said.get("draft") is True or said.get("published") is False


def untitled(path: str, body: str) -> Sheet:
    """A sheet of words alone: their first heading is the title, without one the name of the file."""
    found = _HEADING.match(body)
    named = path.rpartition("/")[2].rpartition(".")[0].replace("-", " ").replace("_", " ").strip()
    title = found[1] if found else named[:1].upper() + named[1:]
    return Sheet(path=path, head=Head(title=title), body=(body[found.end() :] if found else body).strip("\n"))


def written_sheet(sheet: Sheet) -> str:
    """The text of a sheet: what `read_sheet` reads back as the same."""
    said = sheet.head.model_dump(exclude_defaults=True)
    head = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=118)
    return f"{_FENCE}{head}{_FENCE}{sheet.body}\n"
