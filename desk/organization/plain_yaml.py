"""desk/organization/plain_yaml.py: YAML that people write, as plain values, and what is wrong, by line and path.

Plain means: no anchors and aliases (a small file could unfold into a huge one), no name given twice
(the second would silently win), not nested without end, and nothing but texts, numbers, lists and mappings.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import yaml
from pydantic import ValidationError

from desk.kernel.errors import Invalid

#: No file that a person wrote goes deeper; the reader's time grows with the square of what a hostile text opens.
MOST_LEVELS = 30

#: Longer ones are a slip, and longer still would be read for minutes or not at all.
MOST_DIGITS = 100

_OPENS = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSES = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


class _Loader(yaml.SafeLoader):
    """Refuses a name given twice, and a number that nobody can mean."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} is given twice", problem_mark=key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        return super().construct_mapping(node, deep)

    def whole(self, node: yaml.ScalarNode) -> int:
        """A whole number."""
        return int(self.construct_yaml_int(_of_few_digits(node)))

    def fraction(self, node: yaml.ScalarNode) -> float:
        """A number with a point."""
        return float(self.construct_yaml_float(_of_few_digits(node)))

    def instant(self, node: yaml.ScalarNode) -> date | datetime:
        """A date, or an instant."""
        try:
            found: date | datetime = self.construct_yaml_timestamp(node)
        except ValueError as error:
            why = f"{node.value} is no date: {error}"
            raise yaml.MarkedYAMLError(problem=why, problem_mark=node.start_mark) from error
        return found


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.fraction)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.instant)


_TEXT = "tag:yaml.org,2002:str"
#: What a YAML that knows more than texts takes words for: `yes`, `2024`, `1.10`, `2024-12-24`.
_TAKEN_FOR = frozenset(f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float", "timestamp"))


class _Texts(_Loader):
    """Takes as text, as it was written, what stands under some names of the top, also in lists there."""

    names: Collection[str] = ()

    def get_single_node(self) -> yaml.Node | None:
        node = super().get_single_node()
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.value in self.names:
                for one in value.value if isinstance(value, yaml.SequenceNode) else (value,):
                    one.tag = _TEXT if one.tag in _TAKEN_FOR else one.tag
        return node


def _of_few_digits(node: yaml.ScalarNode) -> yaml.ScalarNode:
    if len(node.value) > MOST_DIGITS:
        raise yaml.MarkedYAMLError(problem=f"a number of more than {MOST_DIGITS} digits", problem_mark=node.start_mark)
    return node


def read_mapping(text: str, *, most_characters: int, begins_with: str, texts: Collection[str] = ()) -> dict[str, Any]:
    """The mapping that a YAML text says; `begins_with` tells who wrote something else what is expected. What stands
    under the names of `texts` is text, whatever else YAML might take it for.

    Raises:
        Invalid: with the line of what is wrong.
    """
    if len(text) > most_characters:
        raise Invalid("file", f"longer than {most_characters} characters")
    try:
        _look_over(text)
        # A subclass of the safe loader: builds plain values only.
        loader = type("_Loader", (_Texts,), {"names": texts}) if texts else _Loader
        content = yaml.load(text, Loader=loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Invalid(f"line {mark.line + 1 if mark else 1}", str(error.problem or error.context)) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Invalid("file", f"not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(content, dict):
        raise Invalid("file", begins_with)
    return content


def _look_over(text: str) -> None:
    """Refuses what would take long to read or grow while it is, before more than a beginning of it is read."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        depth += isinstance(token, _OPENS) - isinstance(token, _CLOSES)
        if depth > MOST_LEVELS:
            raise Invalid(f"line {token.start_mark.line + 1}", "nested too deeply")
        if isinstance(token, yaml.ScalarToken) and "\0" in token.value:
            raise Invalid(f"line {token.start_mark.line + 1}", "holds U+0000, which no text has; take it out")
        if isinstance(token, yaml.AliasToken):
            raise Invalid(f"line {token.start_mark.line + 1}", "anchors and aliases are not read here")


def wrong_values(error: ValidationError) -> list[tuple[str, str]]:
    """(path, why) of each value that is not what its place takes: `queues.billing.target.share`."""
    found = error.errors(include_url=False, include_input=False)
    return [(_path(one["loc"]), _WHY.get(one["type"]) or one["msg"].removeprefix("Value error, ")) for one in found]


#: In words of YAML what is wrong, by pydantic's name for it.
_WHY = {
    "extra_forbidden": "unknown here",
    "string_type": "expected a text: what YAML takes for a number, a time, a date, yes or no stands in quotes",
    "dict_type": "expected a mapping of names to values",
    "model_type": "expected a mapping of names to values",
    "list_type": "expected a list",
    "date_from_datetime_parsing": "expected a day like 2026-12-24",
    "date_from_datetime_inexact": "expected a day like 2026-12-24",
    "date_parsing": "expected a day like 2026-12-24",
    "string_too_short": "is empty: something has to stand here",
    "string_pattern_mismatch": "not written as it has to be",
}


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part, after in zip(location, (*location[1:], ""), strict=True):
        if isinstance(part, int) and after != "[key]":
            path += f"[{part}]"
        elif part != "[key]":
            path += f".{part}" if path else str(part)
    return path or "file"
