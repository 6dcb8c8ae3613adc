"""knowledgebase/masking/date_words.py: months and days in words of seven languages beside English and German. Pure.

In plain writing without marks. Days are patterns: the third, and three where a language says so.
"""

_MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": (
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia "
        "styczen luty marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad grudzien"
    ),
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "tr": "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
}
_DAYS = {
    "es": (
        "primero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci[a-z]{3,6}"
        "|veint(?:e|i[a-z]{2,6})|treinta(?: y uno)?"
    ),
    "fr": (
        "premier|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix(?:[ -](?:sept|huit|neuf))?|onze|douze|treize"
        "|quatorze|quinze|seize|vingt(?:[ -](?:et[ -])?[a-z]{2,6})?|trente(?:[ -]et[ -]un)?"
    ),
    "it": (
        "primo|uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|tredici|quattordici|quindici|sedici"
        "|dicia[a-z]{5,7}|venti?[a-z]{0,7}|trent(?:a|uno)"
    ),
    "nl": (
        "[a-z]{2,16}(?:de|ste)|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|[a-z]{4,6}tien"
        "|(?:[a-z]{3,5}en)?twintig|(?:eenen)?dertig"
    ),
    "pl": "(?:[a-z]{1,20}ego )?[a-z]{1,20}ego",
    "pt": (
        "primeiro|um|dois|tres|quatro|cinco|seis|sete|oito|nove|dez(?:[a-z]{4,6})?|onze|doze|treze|catorze|quinze"
        "|vinte(?: e [a-z]{2,6})?|trinta(?: e um)?"
    ),
    "tr": "(?:(?:on|yirmi|otuz) )?(?:bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz)|yirmi|otuz",
}
MONTHS = sorted({name for names in _MONTHS.values() for name in names.split()})
DAYS = f"(?:{'|'.join(_DAYS.values())})"
