"""Templates that were compiled once are not compiled again, and what has changed is."""

from jinja2 import DictLoader, Environment

from web.compiled_templates import CompiledTemplates


class Counting(Environment):
    """Counts what it compiles."""

    compiled = 0

    def _generate(self, *args, **kwargs):
        Counting.compiled += 1
        return super()._generate(*args, **kwargs)


def opened(cache: CompiledTemplates, text: str) -> str:
    """What a site shows that is opened anew."""
    return Counting(loader=DictLoader({"page": text}), bytecode_cache=cache).get_template("page").render(name="Ana")


def test_a_site_that_is_opened_again_compiles_only_what_has_changed():
    cache, Counting.compiled = CompiledTemplates(), 0
    assert [opened(cache, "Hello {{ name }}") for _ in range(3)] == ["Hello Ana"] * 3
    assert Counting.compiled == 1
    assert opened(cache, "Good bye {{ name }}") == "Good bye Ana"
    assert Counting.compiled == 2
