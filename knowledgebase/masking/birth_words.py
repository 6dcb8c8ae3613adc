"""knowledgebase/masking/birth_words.py: how dates are written, and what says that they are of a birth. Pure.

Patterns for plain writing without marks on letters (`births.py`).
"""

from knowledgebase.masking.date_words import DAYS, MONTHS

MONTH = (
    "(?:(?:jan|feb|mar|mrz|maerz|apr|avr|abr|may|mai|mag|jun|juin|jul|juil|aug|aou|ago|sep|set|oct|okt|ott|out|nov|dec|dez"
    "|dic|ene|gen|fev|янв|фев|мар|апр|ма[ия]|июн|июл|авг|сен|окт|ноя|дек)[^\\W\\d_]{0,8}\\.?"
    rf"|(?:{'|'.join(MONTHS)})(?![a-z]))"
)
_PART = r"[ ./,-]{1,3}"
_IN_WORDS = (
    r"(?:(?:nineteen|twenty)(?:[ -](?:hundred|oh?|and|[a-z]{3,5}(?:ty|teen)|ten|eleven|twelve"
    r"|one|two|three|four|five|six|seven|eight|nine)){1,3}"
    r"|two thousand(?:(?: and)?(?:[ -](?:[a-z]{3,5}(?:ty|teen)|ten|eleven|twelve"
    r"|one|two|three|four|five|six|seven|eight|nine)){1,2})?"
    r"|(?:neunzehnhundert|zweitausend)[a-z]{0,30})(?![a-z])"
)
_YEAR = rf"(?:(?:19|20)\d\d(?!\d)|'?\d\d(?!\d)|{_IN_WORDS})"
#: The twelfth, zwölften.
_NTH = rf"(?:(?:(?:twen|thir)ty[ -])?[a-z]{{1,24}}(?:st|nd|rd|th|(?:t|st)er?n?)|{DAYS})"
_NTH_IN_DIGITS = r"(?:st|nd|rd|th|er[eo]?|e|o|a|ste|de|[.°])?"
_N = "[\\d〇零○一二三四五六七八九十廿卅]"
_ERA = "(?:民[国國]|昭和|平成|令和|大正|明治)"
_IN_HAN = (
    rf"(?:(?:{_ERA} ?(?:元|{_N}{{1,3}})|{_N}{{4}}) ?[年년](?: ?{_N}{{1,3}} ?[月월](?: ?初?{_N}{{1,3}} ?[日号號일]?)?)?"
    rf"|{_N}{{2}} ?[年년] ?{_N}{{1,3}} ?[月월](?: ?初?{_N}{{1,3}} ?[日号號일]?)?"
    rf"|{_N}{{1,3}} ?[月월] ?初?{_N}{{1,3}} ?[日号號일]?)"
)
DATE = (
    rf"(?:{_IN_HAN}"
    rf"|(?:19|20)\d\d ?[./-] ?\d{{1,2}} ?[./-] ?\d{{1,2}}|\d{{1,2}}{_PART}\d{{1,2}}{_PART}{_YEAR}"
    rf"|\d{{1,2}}{_NTH_IN_DIGITS}[ -]?(?:(?:day )?(?:of |de |di ))?{MONTH}(?:{_PART}(?:del? |dell')?{_YEAR})?"
    rf"|\d{{1,2}}[ .](?:I{{1,3}}|IV|VI{{0,3}}|IX|XI{{0,2}})[ .](?:19|20)\d\d(?!\d)"
    rf"|{MONTH}{_PART}(?:the )?\d{{1,2}}(?!\d)(?:st|nd|rd|th)?(?:{_PART}{_YEAR})?"
    rf"|(?<![a-z]){_NTH} (?:of |de |di )?{MONTH}(?:{_PART}(?:del? |dell')?{_YEAR})?"
    rf"|(?<![a-z]){MONTH}{_PART}(?:(?:the )?{_NTH}{_PART})?(?:del? |dell')?{_YEAR}"
    rf"|(?<![a-z]){_IN_WORDS}"
    r"|\d{8}(?!\d)|(?:19|20)\d\d(?!\d)[年년]?)"
)
#: Beside the word also without its year.
DAY = r"(?:(?:0?[1-9]|[12]\d|3[01])(?:\.(?:0[1-9]|1[0-2])\.?|\.[1-9]\.|/\d{1,2})(?![./]?\d)|'\d\d(?!\d))"
#: Somebody was; no *newborn*.
BORN = (
    r"(?:(?<![a-z])(?<!new[ -])(?:born|birth(?:date|year|place)?|d[./ ]?o[./ ]?b"
    r"|geb(?:\.?[ -]?dat(?:um|en)?)?|geboren(?:e[rsn]?)?"
    r"|geburts?(?:[ -]?(?:datum|daten|jahr|monat|ort))?"
    r"|naissance|naquit|suis nee?|nee?s? (?:a|au|en)"
    r"|(?<!recien[ -])nacid[oa]s?|naci(?:mos|miento)?|f(?:echa)?\.? ?nac\.?"
    r"|geboorte(?:datum|jaar|plaats)?"
    r"|urodz(?:on[aeiy]|il[ae]m|enia|ony)|ur\.(?= )"
    r"|(?<!recem[ -])nascid[oa]s?|nasci(?:mento)?|nasceu|d(?:ata)?\.? ?nasc\.?|d\.n\."
    r"|nascita|sono nat[oa]|nat[oaie] ad?(?! (?:causa|seguito))"
    r"|dogum(?:um|lu[a-z]{0,6}|(?:un)? ?(?:tarih|yil|yer)[a-z]{0,6})|dogdu[mk]?|dogmus[a-z]{0,4})(?![a-z])"
    r"|(?<![а-я])(?:родил(?:ся|ась)|рождени[яе])(?![а-я])"
    r"|出生|生年月日|생년월일|출생|태어[났난]|生まれ)"
)
#: What says so only of the date beside it: of somebody the clause is that ends with 生.
BESIDE = (
    r"(?:(?<![a-z])(?:birthday(?:'?s)?|b-day|bday|geburtstag|(?<=bin )jahrgang|nee?s?(?!,)|naiss\.|anniversaire"
    r"|cumpleanos|nacio|nat[oaie]|compleanno|aniversario|verjaardag|jarig|urodziny|(?<=jestem )rocznik"
    r"|dogum gun[a-z]{1,5})(?![a-z])"
    r"|生日|誕生日|诞生日|생일|生辰"
    r"|(?<![发發产產学學医醫先滋衍派新师師])生[于於在]|生(?=$|[人的女男\s,.;:!?。，；、)）]))"
)
_WEEKDAY = (
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    "|(?:星期|周|週)[一二三四五六日天]"
)
_WHOSE = r"(?: (?:of|von|des|der|mein(?:e[rs]?)?)(?: (?!ist|is|war|was)[a-z']{1,20}){1,3})?"
LINK = (
    rf"{_WHOSE}(?:[\s.:,;()=/?-]|{_WEEKDAY}|(?:(?<![a-z])(?:date|every|next|on|in|is|was|the|am|im|ist|war|lautet|falls"
    r"|der|den|le|en|el|il|du|es|est|fue|de|un|une|em|no|dia|e|op|jest|sa|w|dnia|dniu|roku|nel|anno|ano|annee|jaar)"
    r"(?![a-z])"
    r"|应该|應該|大概|大约|大約|农历|農曆|阴历|陰曆|阳历|公历|西元|公元|[于於是为為在的就即은는])){0,8}"
)
