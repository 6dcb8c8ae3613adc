"""channels/email/quotes.py: what is new in a reply, and what it quotes.

Losing new text is worse than showing old: whatever is not surely quoted is new, answers between and
below quoted lines are new, a forwarded mail is new, and a reply in which nothing is new is all new.

    markers      "type above this line", an original-message line     everything below is quoted
    header block From: / Sent: / Subject: in any language             everything below is quoted
    attribution  "On … wrote:" before lines with >                    it and those lines are quoted
                 "On … wrote:" before anything else                   everything below is quoted
    >            wherever else                                        these lines are quoted

Lines are looked at by their first 400 characters, with plain string tests: linear for any input.
"""

from dataclasses import dataclass

_LOOK = 400
#: Beyond so many lines only > counts.
_MOST_LINES = 5000

_TYPE_ABOVE = (
    "type your reply above this line", "reply above this line", "write above this line",
    "please reply above this line", "type above this line", "antworten sie oberhalb dieser zeile",
    "antwort oberhalb dieser linie", "oberhalb dieser zeile antworten", "répondez au-dessus de cette ligne",
    "répondre au-dessus de cette ligne", "écrivez au-dessus de cette ligne", "responda por encima de esta línea",
    "escriba su respuesta por encima", "escriba por encima de esta línea", "rispondi sopra questa riga",
    "scrivi sopra questa riga", "responda acima desta linha", "typ uw antwoord boven deze lijn",
    "reageer boven deze regel", "请在此行上方回复", "请在这行以上回复", "請在此行上方回覆", "この行より上に返信",
    "この行より上に入力", "이 줄 위에 답장", "ответьте выше этой строки", "odpowiedz powyżej tej linii",
)  # fmt: skip

_ORIGINAL = (
    "original message", "original appointment", "ursprüngliche nachricht", "originalnachricht", "message d'origine",
    "message d’origine", "message original", "messaggio originale", "mensaje original", "mensagem original",
    "oorspronkelijk bericht", "opprinnelig melding", "ursprungligt meddelande", "oprindelig meddelelse",
    "alkuperäinen viesti", "wiadomość oryginalna", "original-nachricht", "původní zpráva", "исходное сообщение",
    "оригинальное сообщение", "orijinal mesaj", "原始邮件", "原始郵件", "原始消息", "元のメッセージ", "원본 메시지",
    "원본메시지", "eredeti üzenet", "mesaj original", "αρχικό μήνυμα", "回复的原邮件", "回复的原始邮件",
    "original mail",
)  # fmt: skip

_FORWARDED = (
    "forwarded message", "begin forwarded message", "weitergeleitete nachricht", "message transféré",
    "messaggio inoltrato", "mensaje reenviado", "mensagem encaminhada", "doorgestuurd bericht", "转发的邮件",
    "转发邮件", "轉寄郵件", "転送メッセージ", "전달된 메시지", "vidarebefordrat meddelande",
    "пересылаемое сообщение", "пересланное сообщение", "anfang der weitergeleiteten nachricht",
    "début du message transféré",
)  # fmt: skip

#: What begins the line of a header block: who wrote it, and when or about what.
_FROM = (
    "from", "von", "de", "da", "van", "fra", "från", "lähettäjä", "od", "от", "от кого", "kimden", "gönderen",
    "发件人", "寄件者", "寄件人", "差出人", "送信者", "보낸 사람", "보낸사람", "feladó", "από", "expéditeur",
    "remitente", "mittente", "remetente", "afzender", "absender", "odesílatel", "expeditor", "מאת", "من",
)  # fmt: skip
_WHEN = (
    "sent", "date", "gesendet", "datum", "envoyé", "envoyé le", "enviado", "enviado el", "enviada em", "enviado em",
    "fecha", "data", "inviato", "verzonden", "sendt", "skickat", "lähetetty", "wysłano", "отправлено", "дата",
    "gönderildi", "tarih", "发送时间", "发送日期", "寄件日期", "传送日期", "傳送日期", "日期", "送信日時", "日付",
    "보낸 날짜", "날짜", "to", "an", "à", "para", "a", "aan", "til", "till", "收件人", "宛先", "받는 사람", "кому",
    "do", "subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "emne", "ämne", "aihe",
    "temat", "тема", "konu", "主题", "主旨", "件名", "제목", "odesláno", "předmět", "elküldve", "dátum", "στάλθηκε",
    "ημερομηνία", "trimis", "נשלח",
)  # fmt: skip

_WROTE = (
    "wrote", "writes", "schrieb", "a écrit", "escribió", "escribio", "ha scritto", "escreveu", "schreef", "pisze",
    "napisał", "skrev", "kirjoitti", "пишет", "написал", "писал", "yazdı", "şunları yazdı", "写道", "寫道", "写信",
    "さんは書きました", "のメール", "님이 작성", "작성", "napsal", "írta", "έγραψε", "a scris", "כתב", "đã viết",
    "menulis", "va escriure", "寫了", "写了",
)  # fmt: skip
_WROTE_FIRST = ("schrieb", "escribió", "a écrit")


@dataclass(frozen=True, kw_only=True)
class Split:
    """A reply in two: `new` is never empty unless the whole text is; `quoted` is folded, not dropped."""

    new: str
    quoted: str


def split(text: str) -> Split:
    """Separates what is new in a plain text reply from what it quotes."""
    lines = text.split("\n")
    looked = [line[:_LOOK].strip() for line in lines]
    quoted = [False] * len(lines)
    at = 0
    while at < min(len(lines), _MOST_LINES):
        if not looked[at]:
            at += 1
            continue
        end = _cut(looked, at)
        if end is not None:
            quoted[at:] = [True] * (len(lines) - at)
            break
        if is_forwarded(looked[at]):
            break
        introduced = _introduced(looked, at)
        if introduced:
            following = _next_filled(looked, at + introduced)
            if following is None or not looked[following].startswith(">"):
                if following is not None and not _certain(looked, at, introduced):
                    at += 1
                    continue
                quoted[at:] = [True] * (len(lines) - at)
                break
            quoted[at:following] = [True] * (following - at)
            at = following
            continue
        if looked[at].startswith((">", "＞")):
            quoted[at] = True
        at += 1
    else:
        quoted[at:] = [line.startswith(">") for line in looked[at:]]
    return _halves(lines, quoted, text)


def is_forwarded(line: str) -> bool:
    """Whether a line opens a forwarded mail: that is what the sender wants to show us."""
    bare = line.strip(" -_*>:=\t：").lower()
    return len(bare) < 60 and bare in _FORWARDED


def is_attribution(text: str) -> bool:
    """Whether `text`, a line or a few joined, is "On … wrote:" in some language."""
    line = text.strip(" >*_-\t")[:_LOOK].lower()
    if len(line) < 8 or not any(character.isdigit() or character == "@" for character in line):
        return False
    if not line.endswith((":", "：")):
        # German and French clients put the verb before the name: "Am … schrieb Ana Berg"
        return False
    if any(verb in line[-80:] for verb in _WROTE):
        return True
    if any(verb in line for verb in _WROTE_FIRST):
        return True
    # Japanese and Korean Gmail: date, name, address, colon; no verb.
    return "年" in line[:12] and "月" in line[:16] and "<" in line and "@" in line


def is_marker(line: str) -> bool:
    """Whether a line says that everything below it is older."""
    lowered = line.lower()
    if 8 <= len(lowered) < 200 and lowered.strip("-=_* ") and any(words in lowered for words in _TYPE_ABOVE):
        return True
    bare = lowered.strip(" -_*>:=\t：")
    return lowered.lstrip("> ").startswith(("-", "_", "=", "*")) and bare in _ORIGINAL


def _cut(lines: list[str], at: int) -> bool | None:
    line = lines[at]
    if not line:
        return None
    if is_marker(line):
        return True
    if _label(line) in _FROM and _is_block(lines, at):
        return True
    if len(line) >= 10 and not line.strip("_-"):
        following = _next_filled(lines, at + 1)
        if following is not None and following - at <= 3:
            return True if _label(lines[following]) in _FROM and _is_block(lines, following) else None
    return None


def _is_block(lines: list[str], at: int) -> bool:
    """Whether a From line is followed by another two lines of a header block, or one right away and an address."""
    found = {_label(line) for line in lines[at + 1 : at + 8]} & set(_WHEN)
    return len(found) >= 2 or (len(found) == 1 and "@" in lines[at])


def _label(line: str) -> str:
    bare = line.lstrip("> *\t").replace("：", ":").replace("*", "")
    label, colon, _ = bare[:40].partition(":")
    return label.strip(" \u00a0\u3000").lower() if colon else ""


def _introduced(lines: list[str], at: int) -> int:
    """How many lines from `at` are an attribution: clients wrap it over up to four; 0 if none."""
    if not lines[at] or lines[at].startswith(">"):
        return 0
    joined = ""
    for count in range(1, 5):
        if at + count > len(lines) or not lines[at + count - 1]:
            return 0
        joined += " " + lines[at + count - 1]
        if len(joined) > _LOOK:
            return 0
        if joined.endswith((":", "：")):
            return count if is_attribution(joined) and _begins(lines[at]) else 0
    return 0


def _begins(line: str) -> bool:
    """Whether an attribution can begin with this line: it names a date or a person, not a sentence of ours."""
    return any(character.isdigit() or character in "@<" for character in line)


def _certain(lines: list[str], at: int, count: int) -> bool:
    """Without quote marks below, an attribution is believed only if it names a date or an address in full."""
    joined = " ".join(lines[at : at + count])
    digits = sum(character.isdigit() for character in joined)
    return digits >= 4 or "@" in joined


def _next_filled(lines: list[str], at: int) -> int | None:
    return next((index for index in range(at, min(len(lines), at + 6)) if lines[index]), None)


def _halves(lines: list[str], quoted: list[bool], text: str) -> Split:
    new = "\n".join(line for line, old in zip(lines, quoted, strict=True) if not old).strip()
    old = "\n".join(line for line, was in zip(lines, quoted, strict=True) if was).strip("\n")
    if not new:
        return Split(new=text.strip(), quoted="")
    while "\n\n\n" in new:
        new = new.replace("\n\n\n", "\n\n")
    return Split(new=new, quoted=old)
