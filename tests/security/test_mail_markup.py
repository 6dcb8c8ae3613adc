"""Rows 3, 9 and 57: markup that strangers send, and words that would be a program if somebody ran them.

CVE-2026-105456 (RTIR, `javascript:` links), GHSA-jpq8-j69f-mj98 (FreeScout, nested tags), CVE-2025-27516 and
CVE-2024-56326 (Jinja2, out of the sandbox), CVE-2011-5093 (Request Tracker, code in templates).
"""

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from channels.email.markup import sanitize
from desk.complaints.complaints import log_complaint
from desk.kernel.clock import ManualClock
from desk.tables import messages
from tests.integration.api.house import House, open_house
from tests.security.office import Office, open_office
from tests.security.post import open_post, written
from tests.security.sources import sources

#: Elements that may remain of a mail. None asks for anything, runs anything, or is a form.
HARMLESS = {
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
    "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "tt", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"href", "title", "rel", "alt", "width", "height", "colspan", "rowspan", "start", "dir", "lang"}
SCHEMES = {"http", "https", "mailto", "tel"}
LINKS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:x",
    "&#106;avascript:alert(1)", "&#x6A;avascript&colon;x", "javascript&#58;x", "\x01javascript:x", "data:text/html,x",
    "vbscript:x", "file:///etc/passwd", "blob:x", "//evil.example/x", "/admin", "?x", "#x", "javascript\x00:alert(1)",
    "feed:javascript:alert(1)", "jav&#x09;ascript:alert(1)", "&NewLine;javascript:x", "intent:x", "ms-word:ofe|u|x",
    "view-source:x", "\\\\evil\\x", "x",
]  # fmt: skip
MUTATING = [
    "<svg><p><style><!--</style><img src=x onerror=alert(1)>-->",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=x>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<<script>script>alert(1)<</script>/script>", "<scr<script>ipt>alert(1)", "<p><p><p onclick=x><script/src=//e>",
    "<img src=x:x onerror=alert(1)//", "<a href='x' href='javascript:alert(1)'>", "<table background=x>",
    "<div style='background:url(x)'>", "<template><script>x</script></template>", "<base href=//e>", "<p id=x name=y>",
    "<iframe srcdoc='<script>x</script>'>", "<meta http-equiv=refresh content=0;url=//e>", "<link rel=import href=//e>",
    "<!--><script>x</script>", "<![CDATA[<script>x</script>]]>", "<textarea><script>x</script>", "<plaintext><script>x",
    "<title><img src=x onerror=x></title>", "<xmp><script>x</script></xmp>", "<img srcset='//e 1x'>", "<audio src=//e>",
    "<select><iframe></select><img src=x onerror=x>", "<svg><animate onbegin=x attributeName=x>",
    "<a xlink:href='javascript:x'>", "<svg><foreignObject><iframe src=javascript:x>", "<input autofocus onfocus=x>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>x</x:script>", "<details open ontoggle=x>", "<p\x0bonclick=x>",
    "<?php x ?><script>x</script>", "\0<scr\0ipt>x</scr\0ipt>",
]  # fmt: skip


class Elements(HTMLParser):
    """What remains: every element, attribute and link."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def is_harmless(html: str) -> None:
    found = Elements(html)
    assert found.names <= HARMLESS, found.names - HARMLESS
    assert found.attributes <= ATTRIBUTES, found.attributes - ATTRIBUTES
    assert all(urlsplit(link.strip()).scheme in SCHEMES for link in found.links), found.links
    assert sanitize(html) == html


@pytest.fixture
async def house(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_house(tmp_path, sample_sqlite_url, at=manual_clock.now()) as opened:
        yield opened


@pytest.fixture
async def office(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Office]:
    async with open_office(sample_sqlite_url, tmp_path, manual_clock) as opened:
        yield opened


async def test_of_any_markup_only_what_is_harmless_is_kept(house: House) -> None:
    hostile = [f"<p><a href=\"{link}\">click</a><img src='{link}'>words</p>" for link in LINKS] + MUTATING
    async with open_post(house.desk) as post:
        for number, html in enumerate(hostile):
            raw = written(html, Content_Type="text/html", Message_ID=f"<{number}@x>")
            await post.takes(raw, sender=f"eva{number}@example.com")
    await house.works_off()
    for html in hostile:
        assert (await house.hands_in(html=html, text="words")).status == 201
    kept = await house.rows(messages)
    assert len(kept) == 2 * len(hostile)
    for row in kept:
        is_harmless(row.html or "")
    is_harmless(sanitize("".join(hostile)))
    for html in hostile:
        is_harmless(sanitize(f"<table><svg>{html}<b>{html}"))


RUNS = [
    "{{7*7}}", "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}", "${7*7}", "#{7*7}",
    "<%= 7*7 %>", "%s%n{0}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "{{ ''|attr('format')('x') }}",
    "{{ self._TemplateReference__context }}", "{{ lipsum.__globals__ }}", "{name.__class__}", "{{ [].append(1) }}",
    "{{ link }}", "[[link]]", "{{ secret_key }}", "{# x #}", "{0.__init__}",
]  # fmt: skip


async def test_words_of_customers_and_agents_run_in_no_letter(office: Office) -> None:
    mia = await office.floor.agent(1)
    await office.takes(written("Hello"))
    row = await office.floor.interaction(await mia.takes_next())
    for number, words in enumerate(RUNS, 1):
        complaint = {"category": "billing", "severity": 3, "remedy_sought": words, "verbatim": words}
        await mia.does(log_complaint, customer_id=row.customer_id, **complaint)
        await office.floor.jobs_done()
        told = await office.goes_out(number)
        assert words in told["text"] or words == "[[link]]"  # which is where our own link goes
        assert "uid=" not in told["text"] and office.floor.desk.settings.secret_key not in told["text"]


async def test_a_canned_reply_comes_back_as_it_was_written(house: House) -> None:
    program = house.program("supervisor")
    for number, words in enumerate(RUNS):
        new = {"key": f"r{number}", "title": words, "text": words}
        assert (await program.post("canned-replies", new)).status == 201
        assert (await house.program("agent1").get(f"canned-replies/r{number}"))["text"] == words


def test_a_template_is_a_file_that_we_ship() -> None:
    """None is made of a text, and what letters are made of runs in a sandbox in which nothing is changed."""
    texts = {source.module: source.path.read_text() for source in sources()}
    assert [name for name, text in texts.items() if ".from_string(" in text or "jinja2.Template" in text] == []
    made = {name for name, text in texts.items() if "Environment(" in text}
    assert made == {"desk.complaints.letters", "web.assets", "web.reports.html"}
    assert "ImmutableSandboxedEnvironment(" in texts["desk.complaints.letters"]
