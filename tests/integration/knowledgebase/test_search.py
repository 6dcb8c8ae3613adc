"""What is found, on either database, by who may see it."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.transaction import Finding, Row, Rx, Tx
from knowledgebase.index_tables import article_index, article_index_typos, article_index_words
from knowledgebase.readers import CUSTOMER, PUBLIC, WRITER, Reader
from knowledgebase.search import index
from knowledgebase.search.finding import CANDIDATES, MOST_CLAUSES
from knowledgebase.search.hits import Found
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.search.search import related, search, suggest
from knowledgebase.search.vocabulary import MOST_NEAR
from knowledgebase.tables import article_texts
from tests.integration.kernel.conftest import TEST, a_desk
from tests.integration.knowledgebase.shelf import article_of, category, shelve

AGENT = Reader(audience="internal")
BILLER = Reader(audience="internal", teams=frozenset({"billing"}))


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    async with a_desk(database_url, tmp_path, manual_clock) as opened:
        yield opened


async def find(desk: Desk, words: str, reader: Reader = PUBLIC, **more: Any) -> Found:
    return await desk.read(TEST, lambda rx: search(rx, words=words, reader=reader, meaning=WORDS_ALONE, **more))


async def titles(desk: Desk, words: str, reader: Reader = PUBLIC, **more: Any) -> list[str]:
    return [hit.title for hit in (await find(desk, words, reader, **more)).hits]


def shop(tx: Tx) -> None:
    shelve(tx, "Returning a parcel", "Pack it well, print the **label** and hand it in at any post office.")
    shelve(tx, "When your refund arrives", "We refund within five days of receiving what you returned.")
    shelve(tx, "Opening an account", "You need a mail address. Deliveries are shown in your account.")
    shelve(tx, "退款多久到账", "我们收到退回的商品后，五个工作日内退款。", language="zh")
    shelve(tx, "如何開立發票", "結帳時填寫統一編號，發票會寄到您的信箱。", language="zh-Hant")


async def test_an_article_is_found_by_other_forms_of_its_words(desk):
    await desk.transact(TEST, shop)
    assert (await titles(desk, "how can I return parcels?"))[0] == "Returning a parcel"
    assert await titles(desk, "refunds", language="en") == ["When your refund arrives"]


async def test_what_says_the_same_in_several_words_counts_beside_a_word_that_nobody_wrote(desk):
    def texts(tx: Tx) -> None:
        shelve(tx, "By bank transfer", "Tell us the number of the invoice with it.")
        shelve(tx, "Downloading an invoice", "An invoice is in your account within three days.")

    await desk.transact(TEST, texts)
    assert (await titles(desk, "wire an invoice"))[0] == "By bank transfer"
    assert (await titles(desk, "wire an invoice for lampshades"))[0] == "By bank transfer"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("退货运贵谁出", "退货运费谁出"),  # a wrong character within the question
        ("退货费运谁出", "退货运费谁出"),  # two that have changed places
        ("請問退貨運貴誰出", "請問退貨運費誰出"),  # in the script in which it is asked
        ("退货运费谁出", None),  # nothing is wrong
        ("沙发运费", None),  # nobody wrote it so, and no character of it is wrong
        ("机密号码", None),
        ("运贵", None),  # too short to tell
        ("软件更新", None),  # what is written is said otherwise in Taiwan
        ("軟件更新", None),
        ("查看软件更新", None),
    ],
)
async def test_a_wrong_character_of_chinese_is_told_among_words_that_the_reader_may_see(desk, words, meant):
    await desk.transact(TEST, shop)
    await desk.transact(TEST, _chinese_words)
    found = await find(desk, words)
    assert found.did_you_mean == meant
    if meant:
        assert found.hits[0].title == "退货运费由谁承担"
        assert (await find(desk, words, complete=True)).did_you_mean is None


@pytest.mark.parametrize("words", ["印表机", "印表機", "怎么连接印表机", "印表機怎麼連"])
async def test_who_asks_for_a_printer_as_in_taiwan_finds_it_before_what_is_printed(desk, words):
    def texts(tx: Tx) -> None:
        shelve(tx, "打印机连不上网络", "重启打印机，再选择您的网络。" + "网络密码区分大小写。" * 20, language="zh")
        shelve(tx, "打印退货标签", "打印退货标签后贴在包裹上。没有打印机时，请工作人员打印。", language="zh")

    await desk.transact(TEST, texts)
    assert await titles(desk, words) == ["打印机连不上网络", "打印退货标签"]


async def test_what_a_reader_may_not_see_corrects_no_character(desk):
    await desk.transact(TEST, _chinese_words)
    assert (await find(desk, "看机密代码表")).did_you_mean is None
    assert (await find(desk, "看机密代码表", AGENT)).did_you_mean == "看机密号码表"
    longest = await find(desk, "退货运贵" * 200 + "龘靐齉" * 100)
    assert longest.did_you_mean is None or len(longest.did_you_mean) <= 300


def _chinese_words(tx: Tx) -> None:
    shelve(tx, "退货运费由谁承担", "退货运费谁出？商品有问题时由我们承担。", language="zh")
    shelve(tx, "怎样洗沙发", "沙发套可以机洗。", language="zh")
    shelve(tx, "軟體更新", "軟體更新會自動安裝。", language="zh-Hant")
    shelve(tx, "看机密号码表", "机密号码表只给同事。", language="zh", audience="internal")


NAMED = [("en", "Resetting the {}"), ("de", "Wie man {} zurücksetzt"), ("zh", "如何重置{}吸尘器")]


@pytest.mark.parametrize(("language", "title"), NAMED)
@pytest.mark.parametrize("written", ["QX 77", "QX77", "QX-77"])
async def test_a_name_of_letters_and_digits_is_found_however_it_is_written(desk, language, title, written):
    def models(tx: Tx) -> None:
        shelve(tx, title.format(written), "…", language=language)
        for number in range(70, 90):
            shelve(tx, title.format(f"RZ {number}"), "QX, or 77 in all.", language=language)

    await desk.transact(TEST, models)
    for asked in ("QX 77", "QX77", "qx-77", "qx77", "QX\u00a077", title.format("Q\u00adX77")):
        found = await find(desk, asked, language=language)
        assert (found.hits[0].title, found.did_you_mean) == (title.format(written), None), asked


async def test_an_error_code_that_nobody_wrote_of_finds_no_other_number(desk):
    await desk.transact(TEST, shelve, "Refunds", "They take 20 days.")
    assert await titles(desk, "E20") == []
    assert await titles(desk, "iphnoe15") == []


async def test_a_mistyped_word_of_a_name_is_told_and_the_number_stays(desk):
    await desk.transact(TEST, shelve, "Resetting an iPhone 15", "Hold both buttons.")
    found = await find(desk, "iphnoe15")
    assert (found.did_you_mean, [hit.title for hit in found.hits]) == ("iphone15", ["Resetting an iPhone 15"])


async def test_a_word_that_may_be_broken_is_the_word_in_texts_and_questions(desk):
    await desk.transact(TEST, shelve, "Ihre Rech\u00adnung", "Im Kunden\u200bkonto.", language="de")
    for asked in ("Rechnung", "Rech\u00adnung", "rech\u200bnung", "Kundenkonto", "rechnugn", "rech\u00adnugn"):
        found = await find(desk, asked)
        assert [hit.title for hit in found.hits] == ["Ihre Rech\u00adnung"], asked
        assert found.did_you_mean in (None, "rechnung")


async def test_each_script_of_chinese_finds_the_other(desk):
    await desk.transact(TEST, shop)
    assert (await titles(desk, "退款要多久才會到帳"))[0] == "退款多久到账"
    assert (await titles(desk, "怎么开发票"))[0] == "如何開立發票"
    assert (await titles(desk, "怎么开发票", language="zh"))[0] == "如何開立發票"


def in_both_scripts(tx: Tx) -> None:
    both = shelve(tx, "退货需要多久", "收到退货后五个工作日内退款。", language="zh")
    shelve(tx, "退貨需要多久", "收到退貨後五個工作天內退款。", language="zh-Hant", article_id=article_of(tx, both))
    # Called otherwise in Taiwan: the words of one script find only its own text.
    guarantee = shelve(tx, "保修单", "保修期内免费维修。", language="zh")
    shelve(tx, "保固卡", "保固期內免費修理。", language="zh-Hant", article_id=article_of(tx, guarantee))
    card = shelve(tx, "Visa", "How to pay by Visa.")
    shelve(tx, "用 Visa 付款", "如何使用 Visa 付款。", language="zh", article_id=article_of(tx, card))
    shelve(tx, "Visa abroad", "Only written in English.")


@pytest.mark.parametrize("words", ["退貨", "退货"])
async def test_of_an_article_the_text_in_the_preferred_script_is_shown_whatever_script_asks(desk, words):
    await desk.transact(TEST, in_both_scripts)
    assert await titles(desk, words, prefers="zh-Hant") == ["退貨需要多久"]
    assert await titles(desk, words, prefers="zh") == ["退货需要多久"]
    message = words + "需要多久？"
    for language, title in (("zh-Hant", "退貨需要多久"), ("zh", "退货需要多久")):
        asked: dict[str, Any] = {"text": message, "reader": PUBLIC, "prefers": language, "meaning": WORDS_ALONE}
        hits = await desk.read(TEST, suggest, **asked)
        assert hits[0].title == title


async def test_the_preferred_script_is_shown_also_where_only_the_other_has_the_words(desk):
    await desk.transact(TEST, in_both_scripts)
    assert (await titles(desk, "维修", prefers="zh-Hant"))[0] == "保固卡"
    assert (await titles(desk, "维修", language="zh-Hant"))[0] == "保固卡"


async def test_what_is_preferred_hides_nothing_that_is_written_otherwise(desk):
    await desk.transact(TEST, in_both_scripts)
    assert set(await titles(desk, "visa", prefers="zh-Hant")) == {"用 Visa 付款", "Visa abroad"}
    assert set(await titles(desk, "visa", prefers="en")) == {"Visa", "Visa abroad"}


@pytest.mark.parametrize("words", ["退貨", "退货"])
async def test_on_a_page_in_another_language_the_script_is_the_readers_or_else_the_articles_own(desk, words):
    def shelves(tx: Tx) -> None:
        in_both_scripts(tx)
        both = shelve(tx, "退貨與運費", "運費由誰承擔。", language="zh-Hant")
        shelve(tx, "退货与运费", "运费由谁承担。", language="zh", article_id=article_of(tx, both))
        other = shelve(tx, "Sending back", "By post.")
        for language, title in (("zh-Hant", "如何退貨"), ("zh", "如何退货")):
            shelve(tx, title, "…", language=language, article_id=article_of(tx, other))

    await desk.transact(TEST, shelves)
    own, simplified = {"退货需要多久", "退貨與運費", "如何退货"}, {"退货需要多久", "退货与运费", "如何退货"}
    for prefers in ("en", None):
        assert set(await titles(desk, words, prefers=prefers)) == own
        assert set(await titles(desk, words, prefers=prefers, reads=("en", "de"))) == own
        assert set(await titles(desk, words, prefers=prefers, reads=("en", "zh", "zh-Hant"))) == simplified
        likes: dict[str, Any] = {"prefers": prefers, "reads": ("en", "zh-Hant", "zh")}
        traditional = set(await titles(desk, words, **likes))
        assert traditional == {"退貨需要多久", "退貨與運費", "如何退貨"}
        message: dict[str, Any] = {"text": f"{words}需要多久？", "reader": PUBLIC, "meaning": WORDS_ALONE}
        assert {hit.title for hit in await desk.read(TEST, suggest, **message, **likes)} <= traditional


async def test_a_mistyped_word_is_looked_up_as_it_was_meant(desk):
    await desk.transact(TEST, shop)
    found = await find(desk, "my refnud")
    assert found.hits[0].title == "When your refund arrives"
    assert found.did_you_mean == "my refund"
    assert (await find(desk, "my refund")).did_you_mean is None
    assert (await find(desk, "My  REFNUD, 退貨")).did_you_mean == "My refund, 退貨"


@pytest.mark.parametrize(
    ("words", "meant"), [("refnd", "refund"), ("recieve", "received"), ("recieved", "received"), ("acount", "account")]
)
async def test_common_slips_are_looked_up_as_they_were_meant(desk, words, meant):
    await desk.transact(TEST, shop)
    await desk.transact(TEST, lambda tx: shelve(tx, "What you received", "It is shown in your account."))
    found = await find(desk, words)
    assert found.hits
    assert found.did_you_mean == meant


async def test_beside_words_that_are_known_what_is_unknown_is_hardly_taken_for_another(desk):
    await desk.transact(TEST, shop)
    await desk.transact(TEST, lambda tx: shelve(tx, "Notifications", "Come back to the parcel office."))
    assert (await find(desk, "notifcation")).did_you_mean == "notifications"
    assert (await find(desk, "refund notifcation")).did_you_mean is None
    assert (await find(desk, "black refund")).did_you_mean is None
    assert (await find(desk, "my parcl")).did_you_mean == "my parcel"


async def test_results_come_while_a_word_is_still_being_typed(desk):
    await desk.transact(TEST, shop)
    assert await titles(desk, "ref", complete=True) == ["When your refund arrives"]
    assert await titles(desk, "ref") == []
    assert (await titles(desk, "退", complete=True))[0] == "退款多久到账"


async def test_an_excerpt_says_where_the_words_are(desk):
    await desk.transact(TEST, shop)
    hit = (await find(desk, "print label")).hits[0]
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["print", "label"]
    assert "*" not in hit.snippet
    title = (await find(desk, "parcel")).hits[0]
    assert [title.title[start:end] for start, end in title.title_marks] == ["parcel"]


SECRET = "Zanzibar protocol for vouchers"


def by_audience(tx: Tx) -> None:
    shelve(tx, "Vouchers", "How a voucher is used.")
    shelve(tx, "Vouchers of customers", "Carmine voucher.", audience="customers")
    shelve(tx, "Vouchers inside", "Indigo voucher.", audience="internal")
    shelve(tx, SECRET, "Zanzibar voucher, zanzibar again.", audience="internal", team="billing")


@pytest.mark.parametrize(
    ("reader", "seen"),
    [(PUBLIC, 1), (CUSTOMER, 2), (AGENT, 3), (BILLER, 4), (WRITER, 4)],
)
async def test_each_reader_finds_their_own_and_nothing_else(desk, reader, seen):
    await desk.transact(TEST, by_audience)
    assert len(await titles(desk, "voucher", reader)) == seen


@pytest.mark.parametrize("reader", [PUBLIC, CUSTOMER, AGENT])
async def test_nobody_learns_a_word_that_they_may_not_see(desk, reader):
    await desk.transact(TEST, by_audience)
    for words in ("zanzibra", "zanziba", "zanzibar", "zan"):
        for complete in (False, True):
            found = await find(desk, words, reader, complete=complete)
            assert (found.hits, found.did_you_mean, found.more) == ([], None, False)
    assert (await find(desk, "zanzibra", BILLER)).did_you_mean == "zanzibar"
    asked: dict[str, Any] = {"text": "The zanzibar protocol", "reader": reader, "meaning": WORDS_ALONE}
    assert await desk.read(TEST, suggest, **asked) == []


async def test_what_one_may_not_see_changes_nothing_of_what_one_is_told(desk):
    await desk.transact(TEST, shop)
    before = await find(desk, "refund of a parcel")

    def hide(tx: Tx) -> None:
        for number in range(12):
            shelve(tx, f"Refund {number} parcel", "refund refund parcel", audience="internal")

    await desk.transact(TEST, hide)
    assert await find(desk, "refund of a parcel") == before


async def test_related_and_suggested_are_what_this_reader_may_see(desk):
    await desk.transact(TEST, by_audience)
    (own,) = (await find(desk, "voucher")).hits
    secret = (await find(desk, "zanzibar", WRITER)).hits[0]

    def near(text_id: str, reader: Reader) -> Any:
        asked: dict[str, Any] = {"text_id": text_id, "reader": reader, "meaning": WORDS_ALONE}
        return lambda rx: [hit.title for hit in related(rx, **asked)]

    assert await desk.read(TEST, near(own.text_id, PUBLIC)) == []
    assert "Vouchers inside" in await desk.read(TEST, near(own.text_id, AGENT))
    assert await desk.read(TEST, near(secret.text_id, AGENT)) == []
    assert await desk.read(
        TEST, lambda rx: [h.title for h in suggest(rx, text="A voucher?", reader=PUBLIC, meaning=WORDS_ALONE)]
    ) == ["Vouchers"]


async def test_an_article_is_one_hit_in_the_language_that_was_asked_for(desk):
    def write(tx: Tx) -> None:
        first = shelve(tx, "WLAN router", "Reset the router.")
        shelve(tx, "重置 router", "重置 router 的步骤", language="zh", article_id=article_of(tx, first))
        shelve(tx, "重置 router", "重置 router 的步驟", language="zh-Hant", article_id=article_of(tx, first))

    await desk.transact(TEST, write)
    assert [hit.language for hit in (await find(desk, "router", language="en")).hits] == ["en"]
    assert [hit.language for hit in (await find(desk, "router", language="zh-Hant")).hits] == ["zh-Hant"]
    assert [hit.language for hit in (await find(desk, "重置 router", language="zh")).hits] == ["zh"]
    assert len((await find(desk, "router")).hits) == 1


async def test_a_category_holds_what_is_filed_below_it_and_a_tag_what_has_it(desk):
    def write(tx: Tx) -> None:
        top = category(tx, "orders")
        below = category(tx, "parcels", top)
        shelve(tx, "Lost parcel", category_id=below, tags=["Lost and found"])
        shelve(tx, "Late parcel", category_id=top)
        shelve(tx, "Parcel tape")
        tops.append(top)

    tops: list[str] = []
    await desk.transact(TEST, write)
    assert sorted(await titles(desk, "parcel", category_id=tops[0])) == ["Late parcel", "Lost parcel"]
    assert await titles(desk, "parcel", tag="lost and found") == ["Lost parcel"]
    assert await titles(desk, "parcel", category_id="nowhere") == []


async def test_what_is_published_no_more_is_found_no_more_and_leaves_no_word(desk):
    await desk.transact(TEST, shop)

    def withdraw(tx: Tx) -> None:
        for row in tx.all(sa.select(article_texts.c.id)):
            tx.update(article_texts, row.id, published=None)
            index.put(tx, row.id)

    await desk.transact(TEST, withdraw)
    assert await titles(desk, "refund") == []

    def left(rx: Rx) -> list[int]:
        return [len(rx.all(sa.select(table))) for table in (article_index, article_index_words, article_index_typos)]

    assert await desk.read(TEST, left) == [0, 0, 0]


async def test_what_is_put_twice_is_counted_once(desk):
    def twice(tx: Tx) -> None:
        text_id = shelve(tx, "Gift wrap", "Paper and ribbon.")
        index.put(tx, text_id)

    await desk.transact(TEST, twice)

    def most(rx: Rx) -> int:
        return max(row.texts for row in rx.all(sa.select(article_index_words.c.texts)))

    assert await desk.read(TEST, most) == 1
    assert await titles(desk, "gift") == ["Gift wrap"]


class Counting(Rx):
    """Counts what is asked of the database, and the rows that come."""

    def __init__(self, rx: Rx) -> None:
        super().__init__(rx._connection, rx.actor, rx.now)
        self.statements = self.rows = 0

    def all(self, statement: Finding, **parameters: Any) -> Sequence[Row]:
        found = super().all(statement, **parameters)
        self.statements += 1
        self.rows += len(found)
        return found


def crowd(tx: Tx) -> None:
    """More texts that say the same than one question looks at."""
    said = "return parcel voucher 退货 包裹 发票"
    index.put_all(
        tx,
        [
            shelve(tx, f"Refund 退款 {number}", said, language=("en", "zh")[number % 2], found=False)
            for number in range(3 * CANDIDATES)
        ],
    )


ODD = st.sampled_from(
    [
        " " * 1_000_000,
        "x" * 10_000,
        "退款" * 20_000,
        '"refund" OR "退款" NEAR(a b) * -x ^y {title}: z\\' * 500,
        "refund & ! | <-> ( ) ' :* \x00 %_" * 500,
        "\ud800\U0010ffff\u202e😀" * 5_000,
        "refnud pracel vuocher " * 900,
        " ".join(f"word{number}" for number in range(5_000)),
        "".join(chr(0x4E00 + number) for number in range(9_000)),
    ]
)


async def test_any_input_costs_a_bounded_number_of_statements_and_rows(
    sqlite_url, postgres_url, tmp_path, manual_clock
):
    """And is answered alike on both databases."""
    async with (
        a_desk(sqlite_url, tmp_path, manual_clock) as one,
        a_desk(postgres_url, tmp_path, manual_clock) as other,
    ):
        for desk in (one, other):
            await desk.transact(TEST, crowd)

        def ask(text: str, complete: bool) -> Any:
            def work(rx: Rx) -> Any:
                counting = Counting(rx)
                hits = search(counting, words=text, reader=PUBLIC, meaning=WORDS_ALONE, complete=complete).hits
                offered = suggest(counting, text=text, reader=AGENT, meaning=WORDS_ALONE, limit=10**9)
                assert counting.statements <= 2 * 9
                assert counting.rows <= 2 * (3 * CANDIDATES + 2 * MOST_NEAR + MOST_CLAUSES + 2 * 900)
                return [(hit.title, hit.score, hit.snippet) for hit in (*hits, *offered)]

            return work

        texts: list[tuple[str, bool]] = []

        @settings(max_examples=40)
        @given(st.one_of(st.text(max_size=200), st.text("refund 退款 包裹 pracel", max_size=60), ODD), st.booleans())
        def collect(text: str, complete: bool) -> None:
            texts.append((text, complete))

        collect()
        for text, complete in texts:
            assert await one.read(TEST, ask(text, complete)) == await other.read(TEST, ask(text, complete))


async def test_both_databases_find_what_people_ask_for_and_rank_it_alike(
    sqlite_url, postgres_url, tmp_path, manual_clock
):
    answers: list[list[str]] = []
    for url in (sqlite_url, postgres_url):
        async with a_desk(url, tmp_path, manual_clock) as desk:
            await desk.transact(TEST, shop)
            await desk.transact(TEST, crowd)
            found = [
                await find(desk, words) for words in ("refund of a parcel", "退款多久", "發票", "refnud", "return")
            ]
            answers.append([f"{hit.title} {hit.score} {hit.snippet}" for each in found for hit in each.hits])
    assert answers[0] == answers[1]


async def test_two_words_that_somebody_wrote_as_one_are_found_where_nothing_else_is(desk):
    def shelves(tx: Tx) -> None:
        shelve(tx, "Pay with a gift card", "Type the number of the card.")
        shelve(tx, "Return a present", "Send it back.")

    await desk.transact(TEST, shelves)
    for words in ("giftcard", "Giftcards", "pay by giftcard"):
        assert (await titles(desk, words))[0] == "Pay with a gift card"
    assert await titles(desk, "xyzzyqwert") == []
