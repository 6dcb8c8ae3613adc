"""What an article's Markdown looks like, and what it never becomes."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.reading.markdown import MOST_MARKS
from knowledgebase.reading.paper_links import Paper
from knowledgebase.reading.render import outline, plain, reading_minutes, render, rendered


class Seen(HTMLParser):
    """Every tag with its attributes, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_headings_are_an_outline_under_the_pages_title():
    body = "# When\n\n### How\n\n# When\n\n## 多久到账"

    assert [(part.level, part.id, part.text) for part in outline(body)] == [
        (2, "s-when", "When"),
        (3, "s-how", "How"),
        (2, "s-when-1", "When"),
        (3, "s-多久到账", "多久到账"),
    ]
    assert '<h3 id="s-how">How</h3>' in render(body)


@pytest.mark.parametrize(
    ("mark", "language", "html"),
    [
        ("NOTE", "en", '<div class="note">\n<p><strong>Good to know.</strong> Free.</p>'),
        ("TIP", "en", '<div class="note ok">\n<p><strong>Tip.</strong> Free.</p>'),
        ("WARNING", "zh-TW", '<div class="note warn">\n<p><strong>請注意：</strong> Free.</p>'),
    ],
)
def test_a_callout_says_what_it_is(mark, language, html):
    assert html in render(f"> [!{mark}]\n> Free.", language)


def test_words_of_the_house_are_not_the_writers():
    assert plain("> [!TIP] Free.\n\n![Bill](https://x.example/a.png)\n\n~~a~~ `b`") == "Free. Bill a b"


def test_a_line_breaks_where_it_says_so_also_in_a_table_and_nowhere_else():
    assert "one<br>\ntwo" in render("| A |\n| --- |\n| one<br>two |")
    assert render("one<BR />two") == "<p>one<br>\ntwo</p>\n"
    assert plain("one<br>two") == "one two"
    assert "<br>" not in render("`<br>` \\<br> <br class=x> <broken>")


def test_a_table_can_be_scrolled_by_keyboard_and_names_its_heads():
    html = render("| Paid | Time |\n|---|:-:|\n| Card | 3 days |\n\n| a | b |\n|---|---|\n| | c |")

    assert '<div class="scroll" tabindex="0" role="region" aria-label="Table 1">' in html
    assert '<th scope="col">Time</th>' in html
    assert '<th scope="row">Card</th>\n<td>3 days</td>' in html
    assert 'aria-label="Table 2"' in html
    assert "style" not in html


def test_a_head_that_is_empty_is_a_cell():
    html = render("|  | Standard |\n|---|---|\n| Takes | 3 days |\n")

    assert html.count("<th") - html.count("<thead") == 2
    assert '<td></td>\n<th scope="col">Standard</th>' in html
    assert '<th scope="row">Takes</th>' in html


def test_a_bare_address_is_a_link_without_the_end_of_its_sentence():
    html = render("See https://shop.example/a_(b), or 见https://shop.example/退款。")

    assert 'href="https://shop.example/a_(b)"' in html
    assert 'href="https://shop.example/退款"' in html
    assert render("`https://shop.example`").count("<a") == 0


def test_a_film_is_a_link_with_its_name_and_nothing_is_embedded():
    assert render("[Fit it](https://youtu.be/abc)") == (
        '<p class="film"><a href="https://youtu.be/abc" rel="noopener noreferrer">Fit it · YouTube</a></p>\n'
    )
    assert "Film · Vimeo" in render("https://vimeo.com/12")
    assert "Film · shop.example" in render("https://shop.example/door.mp4")
    assert 'class="film"' not in render("Look at https://vimeo.com/12")


def test_pictures_from_elsewhere_are_fetched_only_by_who_asks():
    html = render(
        "![Label](/help/files/1a) ![Bill](https://x.example/a.png) ![](data:image/png;base64,AA==) ![no](/a.png)"
    )

    assert [found for tag, found in Seen(html).tags if tag == "img"] == [
        {"src": "/help/files/1a", "alt": "Label", "loading": "lazy"}
    ]
    assert '<a href="https://x.example/a.png" rel="noopener noreferrer">Bill (picture at x.example)</a>' in html


@pytest.mark.parametrize(
    "src", ["/help/files/../../logout", "/help/files/\\..\\x", "//help/files/x", "/help/files/%2e%2e/x"]
)
def test_a_picture_leads_out_of_the_articles_files_by_no_trick(src):
    assert "<img src" not in render(f"![x]({src})")


def test_steps_are_ordered_lists_by_themselves():
    assert '<ol class="steps">' in render("1. a\n2. b")
    assert '<ol start="3">' in render("3. a")
    assert render("- x\n  1. a").count("steps") == 0


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/x",
        "///evil.example",
        "&#47;/evil.example",
        "/\\\\evil.example",
        "\\\\\\\\evil.example",
        "https:evil.example/x",
        "HTTP:/evil.example",
        "https:///evil.example",
        "https:&#92;&#92;evil.example",
        "ht&#9;tps:evil.example",
    ],
)
def test_an_address_that_hides_its_host_is_no_link(address):
    for body in (f"[p]({address})", f"[p](<{address}>)", f"[p]: {address}\n\n[p]", f"![p]({address})"):
        assert not re.search(r'(href|src)="([/\\]{2}|https?:)', render(body), re.IGNORECASE)
    assert 'href="/help/a/returns"' in render("[p](/help/a/returns)")


def test_how_long_it_takes_to_read():
    assert reading_minutes("word " * 100) == 1
    assert reading_minutes("word " * 1000) == 5
    assert reading_minutes("退" * 2000) == 5


#: Ways to smuggle something that runs. Each is put into Markdown in several places.
SMUGGLED = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)' onclick=alert(1)>x</a>",
    "<style>*{background:url(//x.example)}</style>",
    "<p style='position:fixed'>x</p>",
    "<form action=//x.example><input name=password></form>",
    "<base href=//x.example>",
    "<meta http-equiv=refresh content=0;url=//x.example>",
    "<!--><script>alert(1)</script>-->",
    "</article><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](vbscript:msgbox)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x]( blob:https://x.example/1)",
    "![x](javascript:alert(1))",
    '![x](x"onerror="alert(1))',
    "[x](https://x.example \"a' onmouseover='alert(1)\")",
    '![" onerror="alert(1)](/help/files/1)',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "> [!NOTE]<script>alert(1)</script>",
    "# <img src=x onerror=alert(1)>",
    '```"><script>alert(1)</script>\nx\n```',
    "| <script> | onerror=alert(1) |\n|---|---|\n| <svg onload=alert(1)> | [x](javascript:1) |",
)
#: What may be on a page of ours.
ATTRIBUTES = {
    "href",
    "title",
    "rel",
    "src",
    "alt",
    "loading",
    "start",
    "scope",
    "tabindex",
    "role",
    "aria-label",
    "id",
    "class",
}
TAGS = {"a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p"}
TAGS |= {"pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
CLASSES = {"note", "note ok", "note warn", "scroll", "steps", "film"}


def is_inert(html: str) -> None:
    """Only tags and attributes that do nothing, only addresses that do not run."""
    for tag, attributes in Seen(html).tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert attributes.get("class") in {None, *CLASSES}
        assert attributes.get("role") in {None, "region"}
        if href := attributes.get("href"):
            scheme = re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.-]*):", href, re.IGNORECASE)
            assert scheme is None or scheme[1].lower() in {"http", "https", "mailto", "tel"}
        assert (attributes.get("src") or "/help/files/").startswith("/help/files/")


@pytest.mark.parametrize("bad", SMUGGLED)
def test_nothing_that_is_smuggled_in_runs(bad):
    for body in (bad, f"- {bad}", f"> {bad}", f"**{bad}**", f"[{bad}](/help)", f"| a |\n|---|\n| {bad} |", f"`{bad}"):
        is_inert(render(body))


PIECES = st.sampled_from(
    [
        *SMUGGLED,
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "    ",
        "`",
        "```",
        "**",
        "*",
        "_",
        "[",
        "](",
        ")",
        "<",
        ">",
        "&lt;",
        "\\",
        "|",
        "|---|",
        "x",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_mixture_runs(body):
    is_inert(render(body))
    assert "\n" not in plain(body)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "**a",
        "*a_",
        "`a``",
        "> ",
        "- ",
        "<",
        "[a](",
        "[a]: b\n",
        "&amp;",
        "\\",
        "~~a",
        "# a\n",
        "1) a\n",
        "| a | b |\n",
        "https://a.b) ",
        "[[a]",
        "\n",
    ],
)
def test_a_body_of_nothing_but_marks_is_read_no_further_than_any_article_needs(piece):
    body = (piece * 500_000)[:500_000]

    made = rendered(body + "\n\nThe end.")

    assert len(made.outline) <= MOST_MARKS
    assert len(Seen(made.html).tags) <= 2 * MOST_MARKS


@pytest.mark.parametrize("piece", ["&", "x&&&&&&&&&", "\\&", "&amp;", '"', "&\n\n", "<"])
def test_words_behind_too_many_marks_cost_little(piece):
    began = time.process_time()
    html = render((piece * 500_000)[:500_000])
    assert time.process_time() - began < 1.2
    assert "<" not in re.sub(r"</?p>", "", html)


@pytest.mark.parametrize(
    "piece",
    [
        *"$%@+^:=",
        "{}",
        "a-",
        "- - - - a\n",
        "+ + + + a\n",
        "1. - + * a\n",
        "> - - - a\n",
        ">" * 40 + "- a\n",
        "- " * 40 + "a\n",
        "  " * 40 + "- a\n",
    ],
)
def test_what_is_hardly_a_mark_is_read_no_further_either(piece):
    def taken(n: int) -> float:
        began = time.process_time()
        render(f"{n}\n" + (piece * 500_000)[:499_000])
        return time.process_time() - began

    assert any(taken(n) < 0.5 for n in range(3))


def test_words_behind_too_many_marks_are_words():
    html = render("*a* " * 20_000 + "\n\nThe <b>end</b> *here*.")

    assert html.endswith("The &lt;b&gt;end&lt;/b&gt; *here*.</p>\n")


def listed(depth, mark="- "):
    return "\n".join(" " * len(mark) * n + f"{mark}level{n}" for n in range(depth))


@pytest.mark.parametrize(
    "deep",
    [
        listed(10),
        listed(40, "1. "),
        listed(40).replace("\n", "\n\n"),
        "\n".join(f"> {line}" for line in listed(12).split("\n")),
        " ".join(f"- level{n}" for n in range(40)),
        ">" * 40 + " level0",
        "- > " * 40 + "level0",
    ],
)
def test_what_is_nested_too_deeply_is_words_and_nothing_behind_it_is_lost(deep):
    html = render(f"{deep}\n- second\n\n## Afterwards\n\nThe *end*.\n")

    assert all(word in html for word in re.findall(r"level\d+", deep))
    assert re.search(r"second.*<h2[^>]*>Afterwards</h2>\s*<p>The <em>end</em>.</p>", html, re.DOTALL)


def test_an_item_further_out_goes_on_with_its_own_list():
    html = render(listed(12) + "\n  - inner\n- outer")

    assert re.search(r"<li>inner</li>\s*</ul>\s*</li>\s*<li>outer</li>\s*</ul>\s*$", html), html


def test_what_is_nested_too_deeply_is_not_read_as_such():
    assert render(">" * 5_000 + " x").count("<blockquote>") <= 20
    assert render("[" * 5_000 + "x" + "](/a)" * 5_000).count("<a ") <= 20


FORM = Paper(id="0193", name="Return <form>.pdf", kind="PDF", size=120_400)


@pytest.mark.parametrize(
    ("body", "language", "html"),
    [
        ("[Return form](/help/files/0193)", "en", "Return form · PDF, 120 kB</a>"),
        ("[**Return** form](/help/files/0193)", "zh", "<strong>Return</strong> form · PDF，120 kB</a>"),
        ("[](/help/files/0193)", "en", ">Return &lt;form&gt;.pdf · PDF, 120 kB</a>"),
        ("![Return form](/help/files/0193)", "en", ">Return form · PDF, 120 kB</a>"),
        ("[![](/help/files/0193)](https://elsewhere.example)", "en", ">Return &lt;form&gt;.pdf</a>"),
        ("[Other](/help/files/0194)", "en", ">Other</a>"),
        ("`[x](/help/files/0193)`", "en", "<code>[x](/help/files/0193)</code>"),
    ],
)
def test_a_link_to_a_paper_says_what_it_is(body, language, html):
    shown = render(body, language, (FORM,))

    assert html in shown and "<img" not in shown and shown.count("<a ") <= 1
    assert "120 kB" not in rendered(body, language, (FORM,)).plain


def test_how_much_a_paper_weighs_is_said_as_people_say_it():
    sizes = {12: "1 kB", 999_400: "999 kB", 1_234_567: "1.2 MB", 26_214_400: "26.2 MB"}
    assert {size: Paper(id="x", name="x", kind="PDF", size=size).weight for size in sizes} == sizes
