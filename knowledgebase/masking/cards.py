"""knowledgebase/masking/cards.py: what is written on a card beside its number: its security code, and until when it is
valid; in plain writing whose numbers are digits (`numbers_in_words.py`). Pure.

    CVV 123 · Prüfziffer: 123 · 安全码是123 · my Visa, valid thru 12/28

A code is one by the word beside it. *Valid until 12/28* is said of vouchers and milk too, and goes only near a card.
"""

import re
from collections.abc import Iterator

from knowledgebase.masking.birth_words import MONTH
from knowledgebase.masking.numbers_in_words import FILL

_CODE = rf"{FILL}*\d(?:[ .,/-]{{0,2}}{FILL}*\d){{2,3}}(?![ ./-]?\d)"
_CODE_WORD = (
    r"(?:(?<![a-z])(?:cvv2?|cvc2?|cvn2?|csc|cid|pin(?:[ -]?(?:code|number|nummer))?"
    r"|(?:card )?security (?:code|number)|(?:card )?verification (?:code|number|value)"
    r"|sicherheits(?:code|nummer|zahl)|(?:karten)?pruf(?:ziffern?|nummer|zahl)|geheimzahl)(?![a-z])"
    r"|安全[码碼]|[验驗][证證][码碼]|校[验驗][码碼]|密[码碼]|[后後背]面?(?:的)?[三3]位)"
)
_LINK = (
    r"(?:[\s.:,;()=#?-]|(?<![a-z])(?:is|was|ist|lautet|are|number|code|nr|no|on|of|the|my|card|back|der|die|meiner|karte|auf"
    r"|und|and)(?![a-z])|[数數字是为為应應该該的码碼]){0,20}"
)
_SAYS = r"[ .:,;()=-]{0,3}(?:(?:is|ist|是)[ :]{0,2}(?:(?:the|my|our|der|die|meine?|我的)? ?))?"
_CODES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_CODE_WORD}{_LINK}(?<!\d)(?P<said>{_CODE})",
        rf"(?<![\d.,/-])(?P<said>{_CODE}){_SAYS}{_CODE_WORD}",
    )
)
_UNTIL = (
    r"(?:(?:0?[1-9]|1[0-2]) ?[/.-] ?(?:20)?\d\d(?![/.-]?\d)|20\d\d ?[/.-] ?(?:0[1-9]|1[0-2])(?![/.-]?\d)"
    rf"|{MONTH}[ /.-]{{1,2}}(?:20)?\d\d(?!\d)|(?:20)?\d\d ?年 ?\d{{1,2}} ?月(?! ?\d)"
    r"|\d{1,2} ?月 ?(?:/ ?)?(?:20)?\d\d ?年)"
)
_UNTIL_WORD = (
    r"(?:(?<![a-z])(?:exp(?:\.|iry|ires?|iration)?|valid|good|ablauf(?:datum)?|lauft|gultig(?:keit)?|visa|mastercard|amex"
    r"|maestro|vpay)(?![a-z])|有效期限?|到期|[过過]期|失效)"
)
_UNTIL_LINK = (
    r"(?:[\s.:,;()=#?-]|(?<![a-z])(?:date|is|ist|on|in|at|end|of|thru|through|until|till|to|bis|ab|am|im|zum|ende|der|den"
    r"|the|my|card|karte|mm|yy|jj|month|year)(?![a-z])|/yy|/jj|[是为為到至于於在日期]){0,20}"
)
_UNTILS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_UNTIL_WORD}{_UNTIL_LINK}(?<!\d)(?P<said>{_UNTIL})",
        rf"(?<![\d/.-])(?P<said>{_UNTIL})[ .:,()=-]{{0,3}}{_UNTIL_WORD}",
    )
)
#: A card by which one pays: by its word, its number, or its code; a number may be gone already.
_CARD = re.compile(
    r"(?<![a-z])(?<!gift )(?<!sim )(?:(?:credit|debit|bank)?cards?|(?:kredit|debit|bank|ec|giro)?-?karte"
    r"|visa|mastercard|amex|maestro|vpay|girocard)(?![a-z])|信用卡|[银銀]行卡|借[记記]卡|[储儲]蓄卡|卡[号號]"
    rf"|(?:\d[ -]?){{13,19}}|{_CODE_WORD}",
    re.IGNORECASE,
)
_NEAR = 80


def cards(digits: str) -> Iterator[tuple[int, int]]:
    """Where security codes and ends of cards stand; some are found twice."""
    yield from (found.span("said") for code in _CODES for found in code.finditer(digits))
    for until in _UNTILS:
        for found in until.finditer(digits):
            if _CARD.search(digits, max(0, found.start() - _NEAR), found.end() + _NEAR):
                yield found.span("said")
