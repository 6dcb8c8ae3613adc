"""What comes off the clipboard stands in an article as Markdown, and is taken back in one step."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, Route, expect

from tests.browser.axe import looks_right
from tests.browser.conftest import SignIn
from tests.browser.people import Agent

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: What a spreadsheet copies: looks, a cell over two columns, one with two lines, one with a pipe.
CELLS = """<html><head><style>.xl65 {color: red}</style></head><body><table border=0><col width=64><tbody>
<tr><td class=xl65 style='font-weight:700'>Part</td><td><b>Price</b></td><td>Note</td></tr>
<tr><td>Lamp | white</td><td>12 €</td><td>Two years<br>from <span style="color:#333">purchase</span></td></tr>
<tr><td colspan=2>All others</td><td>ask_us *first*</td></tr>
<tr><td></td><td></td><td></td></tr></tbody></table></body></html>"""
CELLS_PLAIN = 'Part\tPrice\tNote\nLamp | white\t12 €\t"Two years\nfrom purchase"\nAll others\t\task_us *first*\n'
TABLE = """| Part | Price | Note |
| --- | --- | --- |
| Lamp \\| white | 12 € | Two years<br>from purchase |
| All others |  | ask_us \\*first\\* |"""

#: Cells over several columns and rows, the last to the end of its group; and a table in one of them.
MERGED = """<table><tbody><tr><th rowspan=2>Part</th><th colspan=2>Price</th></tr><tr><td>one</td><td>ten</td></tr>
<tr><td rowspan=0>Rare</td><td>9 €</td><td><table><tr><td>red<td>5 €<tr><td>blue</table></td></tr>
<tr><td>8 €</td><td>none</td></tr></tbody><tbody><tr><td>Usual</td><td>1 €</td><td>8 €</td></tr></tbody></table>"""
MERGED_TABLE = """| Part | Price |  |
| --- | --- | --- |
|  | one | ten |
| Rare | 9 € | red, 5 €<br>blue |
|  | 8 € | none |
| Usual | 1 € | 8 € |"""

#: What a word processor copies: its lists are paragraphs, its links may be of the writer's own disk.
PAGES = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin: 0}</style></head>
<body><!--StartFragment--><h1 style='color:#2F5496'><b>Sending</b> it back<o:p></o:p></h1>
<p class=MsoNormal style='color:red'><b>Within </b><b>14 days:</b> see
<a href="https://example.com/terms_(new)">the terms</a> and
<a href="file:///C:/secret.docx">my notes</a>.<script>alert(1)</script><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span><![endif]>A
label</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>on paper</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>A box</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.&nbsp;</span>Close it</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.&nbsp;</span>See
<a href="https://www.google.com/url?q=https://example.com/seals?a%3D1&amp;sa=D&amp;usg=x">how</a> and
<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2Ftape&amp;data=x">why</a></p>
<h2>Steps</h2><ol><li><p>Pack it</p><ul><li>well</li></ul></li><li>Bring it</li></ol>
<p class=MsoNormal>1. is not a list<img src="https://tracker.example/pixel.gif" width=1 height=1></p><!--EndFragment-->
</body></html>"""
WORDS = """# Sending it back

**Within 14 days**: see [the terms](https://example.com/terms_%28new%29) and my notes.

- A label
  - on paper
- A box

1. Close it
2. See [how](https://example.com/seals?a=1) and [why](https://example.com/tape)

## Steps

1. Pack it
   - well
2. Bring it

1\\. is not a list"""


#: Words as a program says them. A browser that copies a picture tidies the words beside it.
COPY = """([html, plain]) => addEventListener("copy", (event) => {
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", plain);
    event.preventDefault();
}, {once: true, capture: true})"""
COPY_WITH_PICTURE = """async ([html, plain]) => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 8, height: 8});
    canvas.getContext("2d").fillRect(0, 0, 4, 4);
    const copied = {"image/png": await new Promise(done => canvas.toBlob(done))};
    const words = html ? {"text/html": html, "text/plain": plain} : {};
    for (const [type, said] of Object.entries(words)) copied[type] = new Blob([said], {type});
    await navigator.clipboard.write([new ClipboardItem(copied)]);
}"""


#: How long the page's own doing has kept it from doing anything else, at most.
STANDS_STILL = """() => {
    window.stood = 0;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) window.stood = Math.max(window.stood, one.duration);
    }).observe({entryTypes: ["longtask"]});
}"""


async def copies(writer: Agent, html: str, plain: str, *, picture: bool = False) -> None:
    """Puts on the clipboard what a program would, a picture of it too."""
    context = writer.page.context
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    program = await context.new_page()
    await program.goto(f"{writer.shop.url}/help")
    await program.evaluate(COPY_WITH_PICTURE if picture else COPY, [html, plain])
    if not picture:
        await program.keyboard.press("Control+c")
    await program.close()


async def at_the_end(writer: Agent) -> Locator:
    body = writer.page.locator("#body")
    await body.focus()
    await writer.presses("Control+End")
    return body


async def opens_an_editor(writer: Agent) -> Locator:
    """Of an article that has been saved once."""
    await writer.goes_to("/knowledge/new")
    await writer.page.get_by_label("Title").fill("What parts cost")
    await writer.page.locator("#body").fill("Prices of today.")
    await writer.presses("Control+s")
    await writer.sees("Draft saved.")
    return await at_the_end(writer)


async def test_cells_of_a_spreadsheet_come_as_a_table_and_go_in_one_step(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    body = await opens_an_editor(sue)
    await copies(sue, CELLS, CELLS_PLAIN)
    await sue.presses("Control+v")
    await expect(body).to_have_value(f"Prices of today.\n\n{TABLE}\n\n")
    cell = sue.page.locator("#preview td", has_text="Two years")
    await expect(cell).to_have_text("Two years\nfrom purchase", use_inner_text=True)
    await expect(sue.page.locator("#preview tbody tr")).to_have_count(2)
    await looks_right(sue.page)

    await sue.presses("Control+z")
    await expect(body).to_have_value("Prices of today.")
    await sue.presses("Control+Shift+v")
    await expect(body).to_have_value(f"Prices of today.{CELLS_PLAIN}")


async def test_each_cell_stands_in_its_column_beside_and_below_those_that_reach_over_several(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    body = await opens_an_editor(sue)
    await copies(sue, MERGED, "Part")
    await sue.presses("Control+v")
    await expect(body).to_have_value(f"Prices of today.\n\n{MERGED_TABLE}\n\n")


#: A cell that says to reach further than any, over two that do not; what has a form of its own; what nobody sees.
FORMS = """<table><caption>Sizes <b>here</b></caption><tr><td colspan=5000>Part</td><td>Note</td></tr>
<tr hidden><td>secret</td></tr>
<tr><td><code>a|b*c</code></td><td><del>old</del> 5 m<sup>2</sup>, H<sub>2</sub>O, 1<sup>st</sup></td></tr>
<tr><td>x</td><td><pre>one
  two</pre></td></tr></table>"""
FORMS_TABLE = """Sizes **here**

| Part |  | Note |
| --- | --- | --- |
| `a\\|b*c` | ~~old~~ 5 m², H₂O, 1st |  |
| x | `one`<br>`  two` |  |"""


async def test_cells_keep_what_has_a_form_of_its_own_and_a_table_has_no_columns_in_which_none_begins(
    sign_in: SignIn,
) -> None:
    sue = await sign_in("supervisor")
    body = await opens_an_editor(sue)
    await copies(sue, FORMS, "Part")
    await sue.presses("Control+v")
    await expect(body).to_have_value(f"Prices of today.\n\n{FORMS_TABLE}\n\n")
    await expect(sue.page.locator("#preview tbody code").first).to_have_text("a|b*c")
    await looks_right(sue.page)

    await body.fill("")
    await copies(sue, f"<table><tr>{'<td colspan=2>h' * 40}<tr>{'<td>1' * 50}</table>", "forty and fifty")
    await sue.presses("Control+v")
    await expect(body).to_have_value("forty and fifty")


async def test_a_picture_of_the_cells_stays_behind_and_one_that_is_meant_stands_below_the_table(
    sign_in: SignIn,
) -> None:
    sue = await sign_in("supervisor")
    body = await opens_an_editor(sue)
    await copies(sue, CELLS, CELLS_PLAIN, picture=True)
    await sue.presses("Control+v")
    await expect(body).to_have_value(f"Prices of today.\n\n{TABLE}\n\n")

    await body.fill(f"Prices of today.\n\n{TABLE}\n")
    await at_the_end(sue)
    await copies(sue, "", "", picture=True)
    await sue.presses("Control+v")
    await expect(body).to_have_value(re.compile(r"first\\\* \|\n\n!\[[^\]]*\]\(/help/files/[\w-]+\)\n\n$"))
    await expect(sue.page.locator("#preview > p > img")).to_have_count(1)
    await expect(sue.page.locator("#preview tbody tr")).to_have_count(2)


async def test_a_picture_that_takes_a_while_stands_where_it_was_pasted_and_what_is_typed_meanwhile_where_it_was_typed(
    sign_in: SignIn,
) -> None:
    sue = await sign_in("supervisor")
    body = await opens_an_editor(sue)
    title = sue.page.get_by_label("Title")
    answers = asyncio.Event()

    async def late(route: Route) -> None:
        await answers.wait()
        await route.continue_()

    await copies(sue, "", "", picture=True)
    await sue.page.route("**/files", late)
    await body.focus()
    await sue.presses("Control+v")
    await sue.sees("Uploading", within="#said")
    await sue.types(" They rise.")
    await sue.presses("Control+Shift+ArrowLeft")  # what is chosen by then is not what was pasted over
    answers.set()
    await sue.sees("is in the text", within="#said")
    picture = re.compile(r"^Prices of today\.!\[image\]\(/help/files/[^)]+\) They rise\.$")
    await expect(body).to_have_value(picture)
    assert await body.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == "."

    answers.clear()
    await sue.presses("Control+End", "Control+v")
    await sue.sees("Uploading", within="#said")
    await title.focus()
    await sue.presses("End")
    answers.set()
    await sue.sees("is in the text", within="#said")
    await expect(title).to_be_focused()


async def test_words_of_a_word_processor_keep_what_they_mean_and_nothing_that_looks_runs_or_tracks(
    sign_in: SignIn,
) -> None:
    sue = await sign_in("supervisor")
    asked: list[str] = []
    sue.page.on("request", lambda request: asked.append(request.url))
    await sue.goes_to("/knowledge/new")
    body = await at_the_end(sue)
    await copies(sue, PAGES, "Sending it back")
    await sue.presses("Control+v")
    await expect(body).to_have_value(f"{WORDS}\n\n")
    await sue.sees("Pictures did not come along", within="#said")
    await expect(sue.page.locator("#preview ul ul li").first).to_have_text("on paper")
    assert [url for url in asked if not url.startswith(sue.shop.url)] == []

    await sue.presses("Control+a", "Delete")
    await sue.types("See ")
    await copies(
        sue,
        '<meta charset="utf-8"><b style="font-weight:normal"><span>the <a href="https://example.com/">terms</a></span></b>',
        "the terms",
    )
    await sue.presses("Control+v")
    await expect(body).to_have_value("See the [terms](https://example.com/)")

    lines = "def f(x):\n    return x * 2"
    await sue.presses("Control+a", "Delete")
    await copies(
        sue,
        f'<meta charset="utf-8"><div style="color: #ccc;white-space: pre;"><div>{lines}</div><div><b>b</b></div></div>',
        lines,
    )
    await sue.presses("Control+v")
    await expect(body).to_have_value(lines)


async def test_thousands_of_rows_come_and_go_in_one_step_and_what_is_too_long_is_refused_in_words(
    sign_in: SignIn,
) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge/new")
    body = await at_the_end(sue)
    await sue.types("Parts:")
    rows = [f"Part {n} & <more>" for n in range(3000)]
    cells = "".join(f"<tr><td>{row.replace('<', '&lt;')}</td><td>{n} €</td></tr>" for n, row in enumerate(rows))
    await copies(sue, f"<table>{cells}</table>", "Part 0")
    await sue.presses("Control+v")
    await expect(body).to_have_value(
        re.compile(r"^Parts:\n\n\| Part 0 .*\n\| Part 2999 .* \| 2999 € \|\n\n$", re.DOTALL)
    )
    await sue.presses("Control+z")
    await expect(body).to_have_value("Parts:")

    await copies(sue, "", "Ten megabytes. " * 700_000)
    await sue.presses("Control+v")
    await sue.sees("Not pasted: 10,500,000 characters", within="#said")
    await expect(body).to_have_value("Parts:")
    await body.evaluate("box => { box.value = 'Parts: '.repeat(70_000); }")
    await at_the_end(sue)
    await copies(sue, "", "x" * 20_000)
    await sue.presses("Control+v")
    await sue.sees("20,000 characters; there is room for 10,000 of 500,000", within="#said")


async def test_a_table_larger_than_an_article_is_refused_at_once_and_belongs_into_a_file(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge/new")
    body = await at_the_end(sue)
    await sue.types("Parts:")
    look = "class=xl65 style='height:15.0pt;mso-x:y'"
    rows = "".join(f"<tr height=20 {look}><td {look}>Part {n}</td><td {look}>{n},00 €</td></tr>" for n in range(60_000))
    await copies(sue, f"<table>{rows}</table>", "Part 0")
    await sue.page.evaluate(STANDS_STILL)
    await sue.presses("Control+v")
    await sue.sees("180,001 rows, cells and paragraphs are too large for an article. Attach it as a", within="#said")
    await expect(body).to_have_value("Parts:")
    assert await sue.page.evaluate("() => window.stood") < 2_000  # milliseconds, on a busy machine

    await copies(sue, "<table><tr><td>One</td><td>Two</td></tr></table>", "One\tTwo")
    await sue.presses("Control+v")
    await expect(body).to_have_value(re.compile(r"\| One \| Two \|"))
    await expect(sue.page.locator("#said")).to_have_text("")


async def test_cells_that_say_to_be_huge_are_a_table_at_once_and_why_something_was_not_pasted_is_over_then(
    sign_in: SignIn,
) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge/new")
    body = await at_the_end(sue)
    await copies(sue, f"<p>{'<b>Long</b> words. ' * 40_000}</p>", "Long words.")
    await sue.presses("Control+v")
    await sue.sees("characters; at most 500,000 fit here.", within="#said")
    await expect(body).to_have_value("")

    rows = "".join(f"<tr><td colspan=1000 rowspan=65534>{n}</td></tr>" for n in range(301))
    await copies(sue, f"<table>{rows}</table>", "0")
    await sue.presses("Control+v")
    await expect(body).to_have_value("0")  # each begins a thousand columns further right
    await expect(sue.page.locator("#said")).to_have_text("")


async def test_what_a_field_would_cut_off_is_refused_in_words(sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    await sue.goes_to("/knowledge/new")
    await copies(sue, "", "Ten megabytes. " * 700_000)
    field = sue.page.get_by_label("In short")
    await field.fill("Kept.")
    await sue.presses("Control+v")
    await sue.sees("In short: Not pasted: 10,500,000 characters; at most 1,000 fit here.", within="[role=alert]")
    await expect(field).to_have_value("Kept.")

    await sue.goes_to("/knowledge/snippets")
    field = sue.page.get_by_label("Words")
    await field.fill("Kept.")
    await sue.presses("Control+v")
    await sue.sees("Words: Not pasted: 10,500,000 characters; at most 20,000 fit here.", within="[role=alert]")
    await expect(field).to_have_value("Kept.")
    await looks_right(sue.page)
