"""Mail as it is in the wild: what can be understood is, the rest is named, and nothing runs away."""

import base64
import contextlib
import re
import time
import tracemalloc
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from channels.email.charsets import decode
from channels.email.markup import MAX_HTML, _cut, read, sanitize
from channels.email.mime import Mail, Unreadable, parse
from channels.email.names import file_name


def mail(text: str | bytes, charset: str = "utf-8") -> Mail:
    raw = text.encode(charset) if isinstance(text, str) else text
    return parse(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), envelope_sender="ana@k.example")


def part(kind: str, body: str, *more: str) -> str:
    return "\n".join(["--b", f"Content-Type: {kind}", *more, "", body, ""])


def many(kind: str, *parts: str) -> str:
    return f"From: Ana <ana@k.example>\nSubject: s\nContent-Type: {kind}; boundary=b\n\n" + "".join(parts) + "--b--\n"


CHINESE, JAPANESE = "请问我的订单什么时候能送到？", "注文した商品がまだ届きません。"


@pytest.mark.parametrize(
    ("text", "written", "declared"),
    [
        (CHINESE, "gb18030", "gb2312"),
        ("订单編號镕喆", "gbk", "gb2312"),
        (CHINESE, "gb18030", None),
        (CHINESE, "gb18030", "x-unknown"),
        (CHINESE, "utf-8-sig", "us-ascii"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "hz", "hz-gb-2312"),
        ("請問我的訂單什麼時候會送到", "big5", "big5"),
        ("請問我的訂單什麼時候會送到", "big5", None),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (JAPANESE, "iso2022_jp", "us-ascii"),
        (JAPANESE, "cp932", "iso-2022-jp"),
        ("①㈱髙橋", "cp932", "shift_jis"),
        (JAPANESE, "euc_jp", None),
        ("주문한 상품이 아직 도착하지 않았습니다", "cp949", "ks_c_5601-1987"),
        ("Где моя посылка?", "koi8-r", "koi8-r"),
        ("Где моя посылка, скажите", "cp1251", None),
        ("Où est mon colis? Déjà reçu à Orléans", "cp1252", None),
        ("“Größe” – 5 €", "cp1252", "iso-8859-1"),
        ("Grüße", "utf-8", "iso-8859-1"),
        ("Grüße", "utf-7", "utf-7"),
        ("Grüße", "utf-8", '"utf8"'),
    ],
)
def test_charsets_whatever_is_claimed(text: str, written: str, declared: str | None):
    kind = "" if declared is None else f"Content-Type: text/plain; charset={declared}\n"
    raw = f"From: a@k.example\n{kind}\n".encode() + text.encode(written)
    assert parse(raw).text.strip() == text


def test_vendor_characters_in_iso_2022_jp():
    data = "注文①㈱高橋".encode("cp932")
    jis = b"\x1b$B" + b"".join(_jis(data[at], data[at + 1]) for at in range(0, len(data), 2)) + b"\x1b(B"
    assert decode(jis, "iso-2022-jp") == "注文①㈱高橋"


def _jis(high: int, low: int) -> bytes:
    high -= 0x71 if high < 0xA0 else 0xB1
    high = high * 2 + 1
    if low > 0x7F:
        low -= 1
    if low >= 0x9E:
        return bytes((high + 1, low - 0x7D))
    return bytes((high, low - 0x1F))


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "unicode_escape", "rot13", "zlib", "../../x", "a" * 5000, "base64", "undefined"]
)
def test_codecs_that_are_no_charsets_are_not_used(name: str):
    begun = time.process_time()
    assert decode(b"plain " * 20_000, name).startswith("plain plain")
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?Q?_aus_K=C3=B6ln?=", "Grüße aus Köln"),
        ("=?utf-8?B?5L2g?==?utf-8?B?5aW9?=", "你好"),
        ("=?utf-8?B?5L2=?= =?utf-8?B?oA==?=", "你"),
        ("=?gb2312?B?1cXI/Q==?=", "张三"),
        ("Re: =?x-unknown?Q?a=20b?= c", "Re: a b c"),
        ("=?utf-8?Q?with spaces?=", "with spaces"),
        ("folded\n in the middle", "folded in the middle"),
        ("=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("a\u202eb\x07c", "abc"),
        ("=?utf-8?B?!!!?=", ""),
    ],
)
def test_subjects(header: str, subject: str):
    assert mail(f"From: a@k.example\nSubject: {header}\n\nx").subject == subject


@pytest.mark.parametrize(
    ("written", "declared", "shown"),
    [
        ("cp1252", "", "éè"),
        ("cp1252", "iso-8859-1", "éè"),
        ("cp1252", "us-ascii", "éè"),
        ("cp1252", "utf-8", "éè"),
        ("cp1252", "no-such-charset", "éè"),
        ("utf-8", "iso-8859-1", "éè"),
        ("koi8-r", "koi8-r", "йи"),
        ("cp1251", "windows-1251", "йи"),
        ("gb18030", "gb2312", "你好"),
        ("cp932", "shift_jis", "了解"),
    ],
)
def test_raw_bytes_in_headers_are_utf_8_or_what_the_mail_declares_or_western(written: str, declared: str, shown: str):
    kind = f"text/plain; charset={declared}" if declared else "text/plain"
    raw = (
        f"From: {shown} <j@k.example>\r\nTo: <b@d.test> ({shown})\r\nSubject: raw 8bit {shown}\r\n"
        f"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: {kind}\r\n\r\nHello\r\n--o\r\n"
        f'Content-Disposition: attachment; filename="{shown}.bin"\r\n\r\nx\r\n--o--\r\n'
    ).encode(written)
    found = parse(raw)
    assert (found.subject, found.from_name) == (f"raw 8bit {shown}", shown)
    assert (found.to, found.attachments[0].name) == (((shown, "b@d.test"),), f"{shown}.bin")


def test_an_attached_mail_is_called_by_its_own_charset():
    inner = "Subject: йи\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\nx".encode("koi8-r")
    raw = b"From: a@k.example\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nHello\r\n--o\r\n"
    found = parse(raw + b"Content-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--o--\r\n")
    assert found.attachments[0].name == "йи.eml"


def test_raw_eight_bit_headers():
    raw = "From: Jürgen <j@k.example>\r\nSubject: Größe\r\n\r\nx".encode("cp1252")
    found = parse(raw)
    assert (found.from_name, found.subject) == ("Jürgen", "Größe")
    assert (
        parse("From: 张 <z@k.example>\r\nSubject: 我的订单在哪里\r\n\r\nx".encode("gb18030")).subject
        == "我的订单在哪里"
    )


@pytest.mark.parametrize(
    ("headers", "author"),
    [
        ('From: "Berg, Ana" <ana@k.example>', ("Berg, Ana", "ana@k.example")),
        ("From: =?utf-8?Q?Berg,_Ana?= <ana@k.example>", ("Berg, Ana", "ana@k.example")),
        ("From: ana@K.EXAMPLE (Ana Berg)", ("Ana Berg", "ana@k.example")),
        ("From:\nFrom: Ana <ana@k.example>", ("Ana", "ana@k.example")),
        ("From: nobody\nReply-To: ana@k.example", ("", "ana@k.example")),
        ('From: "evil@x.example" <ana@k.example>', ("evil@x.example", "ana@k.example")),
        ("From: Ana (a (nested) comment) <ana@k.example>", ("Ana", "ana@k.example")),
        ('From: "unclosed <ana@k.example>', ("", "ana@k.example")),
        ("From: 'Ana' <ana@k.example", ("Ana", "ana@k.example")),
        ("From: <ana@k.example> Ana", ("Ana", "ana@k.example")),
        ("From: =?utf-8?Q?=3Cboss=40x.example=3E?= <ana@k.example>", ("<boss@x.example>", "ana@k.example")),
    ],
)
def test_senders(headers: str, author: tuple[str, str]):
    found = mail(f"{headers}\nSubject: s\n\nx")
    assert (found.from_name, found.from_address) == author


def test_broken_header_blocks():
    found = mail("junk that is no header\nFrom: ana@k.example\nanother line of junk\nSubject: works\n\nText")
    assert (found.from_address, found.subject, found.text) == ("ana@k.example", "works", "Text")
    assert "lines among the headers that are none" in found.problems
    assert parse(b"From x Mon\r\nFrom: a@k.example\r\r\nSubject: b\r\r\n\r\r\nText").subject == "b"
    assert parse(b"From: a@k.example\rSubject: old\r\rText").text == "Text"


@pytest.mark.parametrize("raw", [b"", b"\r\n \r\n", b"\x00\xff" * 100, b"just a line", b"X: y\r\n\r\n"])
def test_nothing_sensible_is_unreadable(raw: bytes):
    with pytest.raises(Unreadable):
        parse(raw)


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ("Content-Disposition: attachment; filename=my file.pdf", "my file.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?B?UmVjaG51bmcgw7wucGRm?="', "Rechnung ü.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf", "发票.pdf"),
        ("Content-Disposition: attachment;\n filename*0*=utf-8''%E5%8F%91;\n filename*1*=%E7%A5%A8.pdf", "发票.pdf"),
        ('Content-Disposition: attachment;\n filename*0="a long ";\n filename*1="name.pdf"', "a long name.pdf"),
        ('Content-Disposition: attachment; filename="发票.pdf"', "发票.pdf"),
        ('Content-Disposition: attachment; filename="../../etc/passwd"', "passwd"),
        ('Content-Disposition: attachment; filename="C:\\\\x\\\\evil.exe"', "evil.exe"),
        ('Content-Disposition: attachment; filename="a\u202egpj.exe"', "agpj.exe"),
        ('Content-Disposition: attachment; filename=".htaccess\u200b"', "htaccess"),
        ('Content-Disposition: attachment; filename="..."', "file-1.pdf"),
        ("Content-Disposition: attachment", "file-1.pdf"),
    ],
)
def test_names_of_files(headers: str, name: str):
    found = mail(many("multipart/mixed", part("text/plain", "see"), part("application/pdf", "%PDF", headers)))
    assert [(file.name, file.data) for file in found.attachments] == [(name, b"%PDF")]


@given(st.text(max_size=400))
def test_a_file_name_is_harmless_and_stays_as_it_is(stated: str):
    name = file_name(stated, "text/plain", 1)
    assert 0 < len(name) <= 150 and not set(name) & set('/\\<>:"|?*\r\n\0\u202e\u200b') and name.strip(". ") == name
    assert file_name(name, "text/plain", 1) == name


def test_parts_in_every_place():
    inner = "From: bo@k.example\nSubject: Inner\n\ninner text"
    found = mail(
        many(
            "multipart/mixed",
            part("text/plain", "first words"),
            part("message/rfc822", inner),
            part("text/calendar; name=when.ics", "BEGIN:VCALENDAR"),
            part(
                "application/ms-tnef; name=winmail.dat",
                base64.b64encode(b"\x78\x9f").decode(),
                "Content-Transfer-Encoding: base64",
            ),
            part("text/plain", "last words of a list"),
        )
    )
    assert found.text == "first words\n\nlast words of a list"
    assert [(file.name, file.type) for file in found.attachments] == [
        ("Inner.eml", "message/rfc822"),
        ("when.ics", "text/calendar"),
        ("winmail.dat", "application/ms-tnef"),
    ]
    assert found.attachments[0].data.startswith(b"From: bo@k.example") and found.attachments[2].data == b"\x78\x9f"


def test_alternative_and_related():
    related = part("text/html", "<p>Hello <b>there</b></p><img src=cid:1>") + part(
        "image/png", "PNG", "Content-ID: <1>"
    )
    inner = "--o\nContent-Type: multipart/related; boundary=b\n\n" + related + "--b--\n"
    raw = f"From: a@k.example\nContent-Type: multipart/alternative; boundary=o\n\n--o\n\nHello there\n{inner}--o--\n"
    found = mail(raw)
    assert found.text == found.new_text == "Hello there"
    assert found.html is not None and "<b>there</b>" in found.html and "cid:" not in found.html
    assert [(file.type, file.inline) for file in found.attachments] == [("image/png", True)]


def test_html_alone_becomes_text():
    found = mail(
        "From: a@k.example\nContent-Type: text/html; charset=utf-8\n\n"
        "<style>p{}</style><p>Grüß Gott</p><ul><li>eins<li>zwei</ul>"
    )
    assert found.text == "Grüß Gott\n\n- eins\n- zwei"


def test_a_container_without_end_or_boundary():
    assert mail("From: a@k.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nno end").text == "no end"
    assert "words" in mail("From: a@k.example\nContent-Type: multipart/mixed\n\nwords").text


GMAIL = (
    '<div dir="ltr">New words</div><br><div class="gmail_quote"><div class="gmail_attr">%s<br></div>'
    '<blockquote class="gmail_quote">Old words</blockquote></div>'
)


@pytest.mark.parametrize(
    "html",
    [
        GMAIL % "On Wed, Mar 4, 2026 Support &lt;s@d.test&gt; wrote:",
        GMAIL % "an attribution in a language that nobody here reads",
        '<p>New words</p><blockquote type="cite"><div>Old words</div></blockquote>',
        '<div>New words</div><div id="appendonsend"></div><hr><div>Old words</div>',
        '<div>New words</div><hr><div id="divRplyFwdMsg"><b>From:</b> x</div><div>Old words</div>',
        '<div>New words</div><div id="isReplyContent"><p>Old words</p></div>',
        "<div>New words</div><div>------------------ 原始邮件 ------------------</div><div>Old words</div>",
        "<p>New words</p><div>Am 04.03.26 um 10:11 schrieb Support:</div><blockquote type=cite>Old words</blockquote>",
    ],
)
def test_marks_in_html_fold_what_is_old(html: str):
    found = read(html).split
    assert found is not None and found.new == "New words" and "Old words" in found.quoted


def test_answers_between_quotations_in_html_are_new():
    found = read(
        "<blockquote type=cite>Which cup?</blockquote><p>The blue one</p><blockquote type=cite>Bye</blockquote>"
    ).split
    assert found is not None and found.new == "The blue one"


def test_forwarded_in_html_is_new():
    html = '<div>See</div><div class="gmail_quote">'
    html += "<div>---------- Forwarded message ---------<br>From: x</div><p>The offer</p></div>"
    found = read(html)
    assert "The offer" in (found.split.new if found.split else found.text)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jav&#x09;ascript:alert(1)">x</a>',
    '<a href="/admin/delete">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<img src="https://spy.example/p.gif">',
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form action=//x><input name=a></form>",
    "<iframe src=//x></iframe>",
    "<style>@import '//x'</style>",
    "<p style='background:url(//x)'>y</p>",
    "<scr<script>ipt>alert(1)</script>",
    "<base href=//x>",
    "<!--<img src=--><img src=x onerror=alert(1)//>-->",
    "<a href='vbscript:x' target=_top>y</a>",
    "<div id=csrf name=x class=modal>z</div>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_is_inert(html: str):
    clean = sanitize(html)
    for word in (
        "<script",
        "onerror=",
        "javascript:",
        "src=",
        "<style",
        "style=",
        "<form",
        "<iframe",
        "<base",
        'href="/',
        "data:",
        "id=",
        "class=",
    ):
        assert word not in clean.replace("&lt;", "")
    assert sanitize(clean) == clean


@given(
    st.lists(
        st.sampled_from(
            [*HOSTILE, "<p>", "</p>", "<table>", "<td>", "&lt;", "text", "<b", ">", '"', "<!--", "<svg>", "</svg>"]
        ),
        max_size=12,
    )
)
def test_sanitizing_again_changes_nothing(pieces: list[str]):
    once = sanitize("".join(pieces))
    assert sanitize(once) == once


@pytest.mark.parametrize("sign", ["&", "&#", "&#x", "x&", "&a", "& ", "<", "< ", "&<", "<p>", "&zzz;"])
def test_a_body_of_one_sign_reaches_the_parser_short_and_without_signs_that_begin_nothing(sign: str):
    given = _cut(sign * 1_000_000)
    assert len(given) <= MAX_HTML == 256 * 1024
    assert not re.search(r"&(?![a-z]{2,5};).{6}|<(?!p>).{6}", given)
    assert given.count("<") <= 12_001
    assert sanitize(sign * 30) == sanitize(sanitize(sign * 30))


def test_signs_that_stand_for_themselves_are_read_as_they_were_written():
    assert read("<p>a & b &amp; c < d &eacute;&#233;&nbsp;e &amp f").text == "a & b & c < d éé e & f"
    assert 'href="https://k.example/?a=1&amp;b=2"' in sanitize('<a href="https://k.example/?a=1&b=2">x</a>')


HEAD = b"From: a@k.example\r\nSubject: s\r\n"


def nested(depth: int) -> bytes:
    return (
        HEAD
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
        + b"\r\nend"
    )


@pytest.mark.parametrize(
    "raw",
    [
        nested(10_000),
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000,
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b'--b\r\nContent-Disposition: attachment; filename="\xe9\xe8\xe7"\r\n\r\nx\r\n' * 5_000,
        HEAD + b"X: " + b"y" * 1_000_000 + b"\r\n\r\nx",
        HEAD + b"X-A: b\r\n" * 100_000 + b"\r\nx",
        HEAD + b"To: " + b"<a@b.example>,((" * 60_000 + b"\r\n\r\nx",
        b"From: " + b"=?utf-8?Q?a?= " * 50_000 + b"\r\n\r\nx",
        b"Subject: " + b"=?a?q?" * 100_000 + b"\r\nFrom: a@k.example\r\n\r\nx",
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<blockquote type=cite>" * 50_000,
        HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+A" * 500_000,
        HEAD + b"\r\n" + b"\xe9a" * 1_000_000,
        HEAD + b"Content-Type: text/plain; " + b"a*0=b; " * 100_000 + b"\r\n\r\nx",
        HEAD + b'Content-Type: multipart/mixed; boundary="' + b"-" * 60 + b'"\r\n\r\n' + b"-" * 1_000_000,
        HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n" + b"M" * 1_000_000,
        b"\r" * 1_000_000 + b"x",
    ],
    ids=lambda raw: f"{len(raw)}",
)
def test_hostile_mail_is_cut_within_a_second(raw: bytes):
    begun = time.process_time()
    with contextlib.suppress(Unreadable):
        parse(raw, envelope_sender="a@k.example")
    assert time.process_time() - begun < 2  # well under one on an idle machine


def test_a_large_file_takes_bounded_memory():
    raw = many("multipart/mixed", part("text/plain", "see")).encode()
    file = base64.encodebytes(b"\0" * 12_000_000)
    raw = raw.replace(
        b"--b--",
        b"--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n" + file + b"--b--",
    )
    tracemalloc.start()
    found = parse(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.attachments[0].data) == 12_000_000
    assert peak < 5 * len(raw)


WORDS = [
    b"From: ",
    b"a@b.example",
    b"\r\n",
    b"\n",
    b"Content-Type: multipart/mixed; boundary=b",
    b"--b",
    b"--b--",
    b": ",
    b"=?utf-8?B?",
    b"?=",
    b"Subject: ",
    b"\xff",
    b"<p>",
    b"<script>",
    b"\x00",
    b";",
    b'"',
    b"filename*=",
    b"Content-Type: text/html; charset=gb2312",
    b"\x1b$B",
    b"begin 644 x",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"message/rfc822",
    b">",
    b"\r",
    b"Content-Disposition: ",
]


@settings(max_examples=300)
@example(b"From: a@b.example\xff")
@given(st.lists(st.sampled_from(WORDS) | st.binary(max_size=12), max_size=60).map(b"".join))
def test_any_bytes_are_a_mail_or_unreadable(raw: bytes):
    try:
        found = parse(raw, envelope_sender="x@y.example")
    except Unreadable as refused:
        assert refused.reason  # noqa: PT017  # it may also be read
        return
    said = [
        found.text,
        found.new_text,
        found.quoted,
        found.subject,
        found.from_name,
        found.from_address,
        found.message_id,
        found.references,
    ]
    said += [found.html or "", *(file.name for file in found.attachments)]
    for text in said:
        text.encode("utf-8")
        assert "\0" not in text
    assert not set("\r\n") & set(
        found.subject + found.from_name + found.from_address + found.message_id + found.in_reply_to
    )


def test_ids_that_were_written_as_encoded_words_are_read():
    mail = EmailMessage()
    long = f"<c.{'a' * 27}.{'b' * 27}.{'c' * 26}@demo.test>"
    mail["From"], mail["In-Reply-To"], mail["References"] = "eva@example.com", long, f"<1@x> {long}"
    mail.set_content("Thank you")
    raw = mail.as_bytes()
    assert b"=?utf-8?q?" in raw  # this is what the library does to them

    understood = parse(raw)

    assert understood.thread_headers == (long, f"<1@x> {long}")


@pytest.mark.parametrize("people", [b"<a@b\xff.test>", b"a\xff@b.test", b"Eva <a@b.test>, <c\x80@\xe9.test>"])
def test_raw_bytes_in_addresses_become_characters_that_any_database_takes(people: bytes):
    read_mail = parse(b"From: " + people + b"\r\nReply-To: " + people + b"\r\nTo: " + people + b"\r\n\r\nhello")
    for address in (read_mail.from_address, read_mail.reply_to, *(address for _, address in read_mail.to)):
        address.encode("utf-8")
