"""What tells who and where somebody is goes, whatever it is written in and beside; what tells neither stays."""

import unicodedata
from collections.abc import Callable
from itertools import pairwise
from time import thread_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledgebase.masking.masked import masked
from knowledgebase.masking.names import called
from knowledgebase.masking.whereabouts import without_whereabouts
from knowledgebase.reading.questions import masked as masked_question

#: Letters, marks and signs of many scripts, and no digits.
ANY = "aZßéяЯΩあア一路我한กعא .,;:!?-_/'\"()[]{}<>+#=~*&\n\t…·\u0301\u20dd\u200b\u00a0\u3000¿。、，🙂"
AROUND = st.text(alphabet=ANY, max_size=10)
#: The same without letters to which a word could be written up, as another word of its own script.
NO_ALPHABET = "一路我한กあア .,;:!?-_/'\"()[]+#=~*&\n\t…·\u200b\u00a0\u3000。、，🙂"
BESIDE = st.text(alphabet=NO_ALPHABET, max_size=10)

DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "〇一二三四五六七八九", "⓿❶❷❸❹❺❻❼❽❾", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]
BETWEEN = st.sampled_from(
    [*" -./_:;,·'|~*+=#→€\n…–\u00a0\u200b\u2009", "  ", ", ", ") (", " - ", " / ", "...", "、", "，"]
)
ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
CHINESE = "零一二三四五六七八九"


def digits_of(text: str) -> str:
    """Every digit in it, also of Chinese."""
    han = dict(zip("〇一二三四五六七八九零", "01234567890", strict=True))
    return "".join(
        han[char] if char in han else str(unicodedata.digit(char))
        for char in text
        if char in han or unicodedata.digit(char, None) is not None
    )


def folded(text: str) -> str:
    """Its letters and digits alone, small and without marks."""
    return "".join(char for char in unicodedata.normalize("NFKD", text).casefold() if char.isalnum())


def in_order(groups: list[str]) -> bool:
    """Whether they read as a list of sizes, which is told apart from a number by nothing."""
    if any(group.startswith("0") and group != "0" for group in groups):
        return False
    values = list(map(int, groups))
    return all(a < b for a, b in pairwise(values)) or all(a > b for a, b in pairwise(values))


@st.composite
def in_groups(draw, digits: str) -> str:
    """Digits, in any groups, with one thing between them."""
    groups: list[str] = []
    while digits:
        size = draw(st.integers(1, 5))
        groups.append(digits[:size])
        digits = digits[size:]
    between = draw(BETWEEN)
    assume(between.strip() not in (",", ";", "、", "，") or not in_order(groups))
    # An amount with its thousands: 48,213.
    assume(not (between.strip() in (",", "，", "、") and len(groups) == 2 and len(groups[1]) == 3))
    return between.join(groups)


def told(least: int, most: int):
    return st.text(alphabet="0123456789", min_size=least, max_size=most).filter(lambda said: len(set(said)) > 2)


@st.composite
def ibans(draw) -> str:
    country, length, bank = draw(
        st.sampled_from([("DE", 22, ""), ("GB", 22, "NWBK"), ("NL", 18, "ABNA"), ("NO", 15, "")])
    )
    left = length - 4 - len(bank)
    account = bank + draw(st.text(alphabet="0123456789", min_size=left, max_size=left))
    number = int("".join(str(int(char, 36)) for char in f"{account}{country}00"))
    return f"{country}{98 - number % 97:02}{account}"


def every(size: int) -> Callable[[str, str], str]:
    return lambda text, between: between.join(text[at : at + size] for at in range(0, len(text), size))


@given(
    AROUND, st.data(), AROUND, st.sampled_from(DIGITS), st.sampled_from([(5, 5), (6, 6), (7, 9), (10, 15), (16, 16)])
)
def test_no_number_survives_in_any_digits_groups_and_text(before, data, behind, script, size):
    """Telephones, cards, orders, and postcodes of Germany, the United States and China."""
    said = data.draw(told(*size).flatmap(in_groups))
    text = before + said.translate(str.maketrans("0123456789", script)) + behind
    if script.startswith("〇"):  # a new line or an ellipsis ends those of Chinese
        assume(all(mark not in said for mark in "…\n"))
    assert len(digits_of(masked(text)).replace("1", "", before.count("一") + behind.count("一"))) < 4
    if size[0] > 5:
        assert len(digits_of(masked_question(text)).replace("1", "", before.count("一") + behind.count("一"))) < 6


@given(
    AROUND,
    ibans(),
    AROUND,
    st.sampled_from([1, 2, 4]),
    st.sampled_from(["", " ", "-", ".", "\u00a0", "  ", "\n", " / "]),
)
def test_nothing_of_an_account_survives(before, iban, behind, size, between):
    text = f"{before}{every(size)(iban, between)}{behind}"
    for mask in (masked, masked_question):
        left = mask(text)
        assert not digits_of(left).replace("1", "")
        assert iban[4:8] not in folded(left).upper()


@given(
    BESIDE,
    told(6, 12),
    BESIDE,
    st.sampled_from(
        [ENGLISH, [one.upper() for one in ENGLISH], ["oh", *ENGLISH[1:]], ["o", *ENGLISH[1:]], list(CHINESE)]
    ),
    st.sampled_from([" ", ", ", "-", "  ", " - ", "、", "."]),
)
def test_no_number_survives_that_is_told_in_words(before, number, behind, words, between):
    assume(words[0] != "o" or set(number[:2]) != {"0"})
    text = f"{before} {between.join(words[int(digit)] for digit in number)} {behind}"
    for mask in (masked, masked_question):
        left = mask(text).casefold()
        assert not any(word in left for word in ENGLISH)
        assert not set(left) & set(CHINESE) - set("一")


@pytest.mark.parametrize(
    "told",
    [
        "07700 nine hundred 123",
        "0 seven 7 double 0 nine",
        "ZeroOneSevenSevenSixFive",
        "nought one seven, double seven",
        "naught one seven, double nought",
        "1.\n2.\n7.\n7.\n0.\n9.",
        "077\n1) 700\n2) 900",
    ],
)
def test_no_number_survives_in_words_and_digits_or_as_steps(told):
    left = masked(f"It is {told} today")
    assert len(digits_of(left)) < 4 and not any(word in left.casefold() for word in ENGLISH)


@given(
    AROUND,
    st.sampled_from(["SW1A 1AA", "EC1A 1BB", "W1A 0AX", "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT"]),
    AROUND,
    st.sampled_from(["whole", "glued", "dashed", "comma", "brackets", "apart", "marked", "wide", "cyrillic", "small"]),
)
def test_no_postcode_of_the_united_kingdom_survives(before, postcode, behind, way):
    glued = postcode.replace(" ", "")
    said = {
        "whole": postcode,
        "glued": glued,
        "dashed": postcode.replace(" ", "-"),
        "comma": postcode.replace(" ", ", "),
        "brackets": f"({postcode.replace(' ', ')(')})",
        "cyrillic": postcode.translate(str.maketrans("ABEHMTX", "АВЕНМТХ")),
        "apart": " ".join(glued),
        "marked": "\u0301".join(postcode),
        "wide": "".join(chr(ord(char) + 0xFEE0) if char != " " else "\u3000" for char in postcode),
        "small": postcode.lower(),
    }[way]
    # Capitals before it may be its own, unless nothing stands within it; so may letters beside a small one.
    assume(way == "glued" or not before.rstrip("\u0301\u20dd\u200b").endswith("Z"))
    if way in ("apart", "small"):
        before, behind = f"{before} ", f" {behind}"
    for mask in (masked, masked_question):
        left = folded(mask(before + said + behind))
        assert folded(postcode)[-3:] not in left and folded(postcode)[:-3] not in left


@given(
    BESIDE,
    st.sampled_from(
        [
            ("12 Bakerloo Street", "bakerloo"),
            ("221B Bakerloo St", "bakerloo"),
            ("12, Bakerloo Hill Road", "bakerloo"),
            ("12BakerlooStreet", "bakerloo"),
            ("12-Bakerloo-Street", "bakerloo"),
            ("12-14 Bakerloo Street", "12"),
            ("Bakerlooweg 3und", "bakerloo"),
            ("１２ Ｂａｋｅｒｌｏｏ Ｓｔｒｅｅｔ", "bakerloo"),
            ("12\nBakerloo\u00a0Street", "bakerloo"),
            (unicodedata.normalize("NFD", "Lindemännerstraße 7b"), "lindem"),
            ("LINDEMANNSTRASSE 7", "lindem"),
            ("Lindemann Straße 7", "lindem"),
            ("Lindemannstr.7", "lindem"),
            ("12, rue de Rivolien", "rivolien"),
            ("rue Rivolien, 12", "rivolien"),
            ("calle Rivolien 12", "rivolien"),
            ("Via Rivolien 12", "rivolien"),
            ("ул. Рыбникова, д. 5", "рыбников"),
            ("中关村路12号3楼", "关村"),
            ("中关村路 12 号 3 楼", "关村"),
            ("테헤란로 152", "테헤란"),
            ("12 Bäkerloo-Straße", "bakerloo"),
            ("in der Lindemannstraße Nr. 5-7", "lindem"),
            ("Calle Rivolien nº 5", "rivolien"),
            ("C/ Rivolien 5", "rivolien"),
            ("Rua Rivolien 12", "rivolien"),
            ("Bakerloostraat 12", "bakerloo"),
            ("ул Рыбникова 5", "рыбников"),
            ("建国路甲92号", "建国"),
            ("台北市信義路五段7號", "信義"),
            ("5号楼2单元301室", "单元"),
            ("芝公園4-2-8", "公園"),
            ("臺北市中正區忠孝西路一段49巷5弄3號", "忠孝"),
            ("忠孝西路一段49巷3號", "49"),
            ("和平東路3段12巷4號5樓之2", "之2"),
            ("和平東路3段12巷4號", "12"),
            ("中山北路二段39巷3號", "39"),
            ("神南一丁目2番3号", "神南"),
            ("Avenida de Rivolien 12", "rivolien"),
            ("Av. Rivolien, 12", "rivolien"),
            ("Paseo de Rivolien 12", "rivolien"),
            ("Plaza Rivolien 3", "rivolien"),
            ("Praça Rivolien, 3", "rivolien"),
            ("Largo do Rivolien 3", "rivolien"),
            ("12, place de Rivolien", "rivolien"),
            ("12 place Rivolien", "rivolien"),
            ("Corso Rivolien 12", "rivolien"),
            ("площадь Рыбникова 5", "рыбников"),
            ("Рыбниковское шоссе, 12", "рыбников"),
            ("шоссе Рыбникова, д. 5", "рыбников"),
            ("наб. Рыбникова 5", "рыбников"),
            ("набережная Рыбникова, 5", "рыбников"),
            ("пр-т Рыбникова 5", "рыбников"),
            ("Рыбникова ул., д. 5", "рыбников"),
            ("Рыбников проспект 28", "рыбников"),
            ("Lindemannufer 7", "lindem"),
            ("Lindemannring 7", "lindem"),
            ("Lindemann-Ring 7", "lindem"),
            ("Lindemanndamm 7", "lindem"),
            ("Lindemannkai 7", "lindem"),
            ("Lindemanngraben 7", "lindem"),
            ("Lindemann Gasse 7", "lindem"),
            ("Bakerloosingel 7", "bakerloo"),
            ("12 Bakerloo Mews", "bakerloo"),
            ("12 Bakerloo Walk", "bakerloo"),
            ("Bakerloo Road 100", "bakerloo"),
            ("Bakerloo St 100", "bakerloo"),
            ("12Bakerloo Street", "bakerloo"),
            ("12bakerloo street", "bakerloo"),
            ("Straße des 17. Juni 135", "juni"),
            ("Straße der Nationen 12", "nationen"),
            ("Platz der Luftbrücke 5", "luftbr"),
            ("Allee der Kosmonauten 33", "kosmonauten"),
            ("中山路12-3号", "3"),
            ("建国路88-90号", "90"),
            ("文化路1之2號", "之2"),
            ("民生東路三段12之5號", "民生"),
            ("皇后大道中99號", "皇后"),
            ("太子道西123號", "太子"),
            ("廣東道3-27號", "廣東"),
            ("幸福里5號", "幸福"),
            ("丸の内1-9-1", "丸"),
            ("千代田1番1号", "千代田"),
            ("山田町488番地", "山田"),
            ("Ronda de Rivolien 5", "rivolien"),
            ("14 route de Rivolien", "rivolien"),
            ("3 square Rivolien", "rivolien"),
            ("бульвар Рыбникова 5", "рыбников"),
            ("Рыбников бульвар, д. 5", "рыбников"),
            ("ул., д. 5", "5"),
        ]
    ),
    BESIDE,
)
def test_no_street_survives(before, street, behind):
    said, name = street
    for mask in (masked, masked_question):
        assert name not in folded(mask(f"{before}{said}{behind}"))


@pytest.mark.parametrize("said", ["nathan road 100", "Nathan Road, 100", "oxford street 221", "350 5th Avenue"])
@pytest.mark.parametrize("around", ["{}", "I live at {}, near the park", "我住{}谢谢", "It is {}!"])
def test_no_street_survives_whose_number_ends_the_clause(said, around):
    for mask in (masked, masked_question):
        assert mask(around.format(said)) == around.format("…")


@given(
    BESIDE,
    st.sampled_from(
        [
            "evaruiz@quexample.org",
            "evaruiz＠quexample．org",
            "eva\u200bruiz@que\u00adxample.org",
            "evaruiz(at)quexample.org",
            "evaruiz [at] quexample [dot] org",
            "evaruiz{at}quexample{dot}org",
            "evaruiz @ quexample.org",
            "evaruiz@quexample . org",
            "evaruiz at quexample dot org",
            "evaruiz AT quexample DOT org",
            "evaruiz (ät) quexample (punkt) org",
            "evaruiz arroba quexample punto org",
            "evaruiz艾特quexample点org",
            "e v a r u i z @ q u e x a m p l e . o r g",
            "ｅｖａｒｕｉｚ＠ｑｕｅｘａｍｐｌｅ．ｏｒｇ",
            "évàrúíz@quéxamplé.org",
            "evaruiz@@quexample.org",
            "at evaruiz @ quexample . org",
            "evaruiz@quexample dot org",
            "evaruiz@quexample(dot)org",
            "evaruiz（at）quexample。org",
            "evaruiz_at_quexample_dot_org",
            "evaruizATquexampleDOTorg",
            "evaruiz arobase quexample point fr",
            '"evaruiz"@quexample.org',
            "@evaruiz",
        ]
    ),
    BESIDE,
)
def test_no_address_of_mail_survives(before, said, behind):
    for mask in (masked, masked_question):
        left = folded(mask(f"{before} {said} {behind}"))
        assert "evaruiz" not in left and "quexample" not in left


@given(
    BESIDE,
    st.sampled_from(
        [
            ("Eva Müllerin", "Eva Müllerin"),
            ("Eva Müllerin", unicodedata.normalize("NFD", "Müllerin, Eva")),
            ("Eva Müllerin", "EVA MUELLERIN"),
            ("Eva Müllerin", "Ｅｖａ Ｍｕｌｌｅｒｉｎ"),
            ("Eva Müllerin", "E v a  M u l l e r i n"),
            ("Eva Müllerin", "E.v.a-M.u.l.l.e.r.i.n"),
            ("Eva Müllerin", "Ева Мюллерин"),
            ("Eva Müllerin", "Evа Mullеrin"),  # with Cyrillic а and е
            ("Eva Müllerin", "Εύα Μυλλεριν"),
            ("Eva Müllerin", "ⒺⓋⒶ 🅜🅤🅛🅛🅔🅡🅘🅝"),
            ("Ева Мюллерин", "Eva Mullerin"),
            ("Ева Мюллерин", "Евы Мюллериной"),
            ("王小明", "王小明"),
            ("王小明", "王 小 明"),
            ("王小明", "王\n小明"),
            ("Eva Müllerin", "ᴇᴠᴀ ᴍᴜʟʟᴇʀɪɴ"),
            ("Eva Müllerin", "imEvaMullerin"),
            ("张伟", "張·偉"),
            ("タナカ ハナコ", "たなか はなこ"),
            ("김민수", "김 민수"),
        ]
    ),
    BESIDE,
)
def test_no_name_that_is_known_survives(before, called, behind):
    name, said = called
    left = folded(masked(f"{before}{said}{behind}", [name]))
    assert folded(said)[:6] not in left and folded(said)[-6:] not in left


@pytest.mark.parametrize("number", ["QQ 12 34 56 C", "QQ123456C", "qq 12 34 56 c", "QQ-12-34-56-C"])
def test_a_number_of_national_insurance_goes_whole(number):
    for mask in (masked, masked_question):
        assert mask(f"My NI {number} is new") == "My NI … is new"


def test_a_naught_goes_with_its_number():
    assert masked("call naught seven seven double nought nine") == "call …"


ORDINARY = [
    "The parcel weighs 2.5 kg and measures 30 x 40 x 20 cm; the other is 120 × 80 cm and 1.75 m long.",
    "It holds 1500 ml, draws 2000 W at 230 V, and its battery has 5000 mAh; the screen has 1920 x 1080 px.",
    "It costs £12.99, €129.99 or $1,299.00; before it was 1299 EUR, and 2,499.00 last year.",
    "Delivery takes 3 to 5 days, 10–14 days abroad, and 100-200 pieces fill a pallet.",
    "We are open 9:00-17:30, on Saturday 10:00 - 14:00, and answer 24/7, 365 days a year.",
    "Ordered on 3 March 2026, March 5, 2026, 27.11.2026, 11/27/2026 and 2026-11-27 at 10:30.",
    "Python 3.11, version 3.11.4, v2.14.13, firmware 10.15.7 and iOS 17.6.1 work; 3.1.4 does not.",
    "Follow steps 1, 2, 3 and then 1, 2, 3, 4, 5. First 1) open it, 2) wait, 3) close it.",
    "1. Open the lid.\n2. Wait 30 seconds.\n3. Press the button for 5 s.\n4. Close it.",
    "My iPhone 15 Pro Max, Galaxy S23, PS5, ThinkPad X1 Gen 11 and an A4 sheet: USB 3.2, Wi-Fi 6E, 5G.",
    "Sizes 36, 38, 40, 42; 100, 250 or 500 pieces; 25, 50, 75, 100 per cent; rooms 12, 14, 15.",
    "Two or three of them, one at a time; twenty-five pounds; two thousand five hundred pieces; one in ten.",
    "I waited 20 minutes on the road, sent it via email within 14 days, and 2 parcels are on the way.",
    "It arrived at 5 p.m. at the door, and I looked at it. We met at noon.",
    "No one has one-way tickets for 100 one-litre bottles; both are 50% off, 5/5 stars.",
    "包裹重2.5公斤，尺寸30×40×20厘米，电池5000毫安，容量1500毫升，功率2000瓦。",
    "价格是12.99元、¥129.99或1299元，满100减20，打8折。",
    "2026年3月5日下单，27日10:30到货，营业时间9:00-17:30，需要3至5天。",
    "一个或两个，三五天内，十二点，第一、第二、第三步；一千二百五十元。",
    "请按1、2、3步操作，版本3.11可以，iPhone 15和5G手机也可以。",
    "尺码36、38、40、42都有，共100件。",
    "第1步、第2步；1、2、3、4、5步都要做。2025-2026年，温度10~40℃，湿度20%-80%，220V/50Hz。",
    "Ratio 16:9, 1/2 cup, 50/50; since 2019, until 2027 and in 2020. Save 23% at 1080p, 60 fps.",
    "Since 2019 I am a customer, in 2020 I bought it, and in 2021 and 2022 we came; In 2023 We left.",
    "I waited during 2 weeks of monitoring 3 phones. Das Monitoring 5 und ein Hering 2, Spring 3 und String 10.",
    "Put 12 in place 3 of the list; the first place 1 is yours. Take 2 places, 10 Walk signs on the road 3 times.",
    "Plaza has 3 shops; av and corso are words. On the road 5 days, off road 4 hours, by road 3 km.",
    "Площадь 50 м, проспект. У меня 2 телефона и 3 заказа.",
    "路上2个小时，三楼之后，第2号线，3号窗口。",
    "Via the app 3 times, via our shop 2 times. 走路10号线更快。",
    "Does Node.js open invoice.pdf? My MacBook Air M2 8GB with 2TB does.",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_what_is_nobodys_stays(text):
    assert masked(text, ["Eva Miller", "王小明", "Иван Петров", "Zhang Wei", "Tom Brown"]) == text
    assert masked_question(text) == " ".join(text.split())


PIECES = (
    *("1 ", "a@", "路", "12 a ", "1a", "A1-", "1:", "1\n", "a1b.", "Ana ", "rue a ", "一 ", "1, ", "a:1", ":1", "1."),
    *("one ", "one", "1one", "1 hundred and ", "double ", "e v ", "GB29", "G B 2 9 ", "a-", "12 Baker ", "via a "),
    *(
        "straße ",
        "1 rue de ",
        "S W 1 ",
        "M1 1",
        "[at]",
        "a at ",
        "a dot ",
        "1…",
        "省",
        "中区",
        "로 1",
        "€1",
        "1;",
        "é",
        "_",
    ),
    *(
        "路1-",
        "路1之",
        "1番",
        "の1",
        "幸福里",
        "born ",
        "born 1 ",
        "12 March ",
        "geb.",
        "2021, ",
        "in 2021, ",
        "since 2021 and ",
    ),
    *(
        "Straße der ",
        "straße des 1. ",
        "Platz am A",
        "Ab Road ",
        "ab road ",
        "1ab ",
        "1A ",
        "1 route de la ",
        "Ronda de A ",
        "birthday of a ",
        "nineteen eighty ",
        "生于一年",
        "twenty-first ",
        "cvv 1 ",
        "card valid ",
        "visa 1/2",
    ),
    *("Аб Вг ул.", "бульвар А ", "ул., ", "田中", "欧 ", "ISO 9001 "),
)


NAMES = ("x" * 10_000, "Ana-Maria de la Cruz y Álvarez", "欧阳娜娜", "Ева Мюллерин")


@pytest.mark.parametrize("piece", PIECES)
def test_twice_as_much_costs_about_twice_as_much(piece):
    """Whatever it is: what is quadratic costs sixty-four times as much for eight times the text."""

    def cost(size: int) -> float:
        text = (piece * size)[:size]
        return _seconds(lambda: list(called(without_whereabouts(text, 4).plain, NAMES)))

    most = 24 * max(min(cost(1_000) for _ in range(3)), 0.001)
    assert any(cost(8_000) < most for _ in range(3))


def _seconds(call: Callable[[], object]) -> float:
    began = thread_time()
    call()
    return thread_time() - began
