"""HTML pages as Markdown: the words and their shape stay, what runs or leads astray does not."""

from time import process_time

import pytest

from desk.kernel.errors import Invalid
from knowledgebase.folders.from_html import from_html
from knowledgebase.reading.render import outline


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo  \nlines"),
        ("<h2>Head</h2><h3>Sub</h3>", "## Head\n\n### Sub"),
        ("<p>a <b> bold </b>and <em>soft</em> <del>gone</del></p>", "a  **bold** and *soft* ~~gone~~"),
        ("<ul><li>One<li>Two<ul><li>Deep</ul></ul>", "- One\n- Two\n  - Deep"),
        ("<ol start=3><li>three<li>four</ol>", "3. three\n4. four"),
        ("<table><tr><th>A<th>B|C<tr><td>1<td>2</table>", "| A | B\\|C |\n| --- | --- |\n| 1 | 2 |"),
        ("<table><tr><th>A<tr><td> 1 <br> 2<p>3</table>", "| A |\n| --- |\n| 1<br>2<br>3 |"),
        ("<blockquote><p>One<p>Two</blockquote>", "> One\n>\n> Two"),
        ("<pre><code>x &lt; y\n  z</code></pre>", "```\nx < y\n  z\n```"),
        ("<p>use <code>a_b</code></p>", "use `a_b`"),
        ("<p>5 m<sup>2</sup> H<sub>2</sub>O 1<sup>st</sup></p>", "5 m² H₂O 1st"),
        ('<a href="https://x.test/a (b)">good</a>', "[good](https://x.test/a%20%28b%29)"),
        ('<a href="javascript:alert(1)">bad</a>', "bad"),
        ('<img src="data:text/html,x" alt="pic"><img src="https://x.test/a.png" alt="[x]">', r"pic![\[x\]](https://x.test/a.png)"),
        ("<p>1. no list</p><p># no head</p><p>- no item</p>", "1\\. no list\n\n\\# no head\n\n\\- no item"),
        ("<p>&lt;script&gt; *a* _b_ [c](d)</p>", "\\<script\\> \\*a\\* \\_b\\_ \\[c\\](d)"),
        ("<script>alert(1)</script><style>x</style><iframe src=x></iframe><p onclick=x>Words</p>", "Words"),
        ("<dl><dt>Term<dd>Meaning</dl>", "**Term**\n\nMeaning"),
        ("<nav>Menu</nav><article><p>Text</article><footer>Us</footer>", "Text"),
        ("<details><summary>Sum</summary>Hidden</details>after", "Sum\n\nHidden\n\nafter"),
        ("<fieldset><legend>Who</legend>You</fieldset><address>Here</address>There", "Who\n\nYou\n\nHere\n\nThere"),
        ("<center>One</center>Two<hgroup>Three</hgroup>Four", "One\n\nTwo\n\nThree\n\nFour"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_page_is_written_as_markdown(html, markdown):
    assert from_html(html).body == markdown


@pytest.mark.parametrize(
    ("rows", "markdown"),
    [
        ("<tr><td colspan=2>A<td>B<tr><td>1<td>2<td>3", "| A |  | B |\n| --- | --- | --- |\n| 1 | 2 | 3 |"),
        ("<tr><th rowspan=2>A<th>B<tr><td>2<tr><td>3<td>4", "| A | B |\n| --- | --- |\n|  | 2 |\n| 3 | 4 |"),
        (
            "<tr><td>a<td rowspan=2 colspan=2>B<td>c<tr><td>d<td>e<tr><td>f<td>g<td>h<td>i",
            "| a | B |  | c |\n| --- | --- | --- | --- |\n| d |  |  | e |\n| f | g | h | i |",
        ),
        # To the end of its group, and no further; a row without cells of its own counts.
        (
            "<thead><tr><th rowspan=9>A<th>B</thead><tbody><tr><td rowspan=0>1<td>2<tr><td>4<tbody><tr><td>5<td>6",
            "| A | B |\n| --- | --- |\n| 1 | 2 |\n|  | 4 |\n| 5 | 6 |",
        ),
        ("<tr><td rowspan=2>A<td rowspan=2>B<tr><tr><td>1<td>2", "| A | B |\n| --- | --- |\n| 1 | 2 |"),
        ("<tr><td colspan=x>A<td rowspan=-1>B<tr><td>1<td>2", "| A | B |\n| --- | --- |\n| 1 | 2 |"),
        # A table within a cell is lines of it.
        (
            "<tr><td>A<td>B<tr><td>1<td><table><tr><td>x|y<td>y<tr><td>z<td>w</table>",
            "| A | B |\n| --- | --- |\n| 1 | x\\|y, y<br>z, w |",
        ),
        # A column in which no cell begins is none; of more columns than are shown each row is a line.
        ("<tr><td colspan=5000>A<td>B<tr><td>1<td>2", "| A |  | B |\n| --- | --- | --- |\n| 1 | 2 |  |"),
        (
            f"<tr>{'<td colspan=2>h' * 40}<tr>{'<td>1' * 50}",
            f"{', '.join('h' * 40)}  \n{', '.join('1' * 50)}",
        ),
        ("<tr><td>A<td>B<tr><td>1<td><pre>x|\n  y</pre>", "| A | B |\n| --- | --- |\n| 1 | `x\\|`<br>`  y` |"),
        # One that lays out a page is none.
        (
            "<tr><td><p>Words<table><tr><td>A<td>B<tr><td>1<td>2</table>",
            "Words\n\n| A | B |\n| --- | --- |\n| 1 | 2 |",
        ),
    ],
)
def test_each_cell_of_a_table_stands_in_its_column(rows, markdown):
    assert from_html(f"<table>{rows}</table>").body == markdown


def test_its_first_heading_is_the_title_or_else_the_one_in_its_head():
    page = from_html("<title>Shop | Returns</title><h1>Return <em>it</em></h1><p>x</p><h1>Next</h1>")
    assert (page.title, page.body) == ("Return it", "x\n\n# Next")
    assert from_html("<title>Shop &amp; more</title><p>x</p>").title == "Shop & more"


@pytest.mark.parametrize("html", ["<div>" * 100_000, "<b>" * 60_000, "&" * 1_000_000, "<" * 1_000_000, "<p>" * 60_000])
def test_what_would_take_for_ever_is_refused(html):
    with pytest.raises(Invalid):
        from_html(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>a" * 10_000,
        "<!--" * 20_000,
        "<a href='" * 10_000,
        "<ul><li>" * 90,
        "x" * 2_000_000,
        f"<table>{'<tr><td rowspan=65534 colspan=1000>a' * 20_000}",
        f"<table>{'<td rowspan=9 colspan=1000>a' * 30_000}",
    ],
)
def test_what_is_taken_is_taken_in_bounded_time(html):
    began = process_time()
    from_html(html)
    assert process_time() - began < 30


def test_what_a_page_calls_its_parts_is_kept_beside_its_words():
    page = from_html(
        '<h1 id="top">T</h1><p id="in">Words<h2 id="one">A <em>b</em></h2><p><a name="low"></a>x</p>'
        '<section id="two"><a name="zwei"></a><h2>A b</h2></section><h3><span id="three">What\'s [new]?</span></h3>'
        '<table><tr><td id="cell"><h2>No</h2><td>x</table><table><tr><td><h2 id="laid">Out</h2></table><a id="end"></a>'
    )
    above = {"top": "", "in": ""}
    assert page.parts == above | {
        **dict.fromkeys(("one", "low"), "a-b"),
        **dict.fromkeys(("two", "zwei"), "a-b-1"),
        **dict.fromkeys(("three", "cell"), "whats-new"),
        **dict.fromkeys(("laid", "end"), "out"),
    }
    assert [f"s-{page.parts[name]}" for name in ("one", "two", "three", "laid")] == [
        part.id for part in outline(page.body)
    ]
    assert from_html("<h2>A</h2>").parts == {}
