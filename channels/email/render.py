"""channels/email/render.py: what an agent wrote, as the text and HTML of a mail.

The text goes out as written, with a signature below. Nothing of the conversation is quoted: the
customer's client shows its own copy, and what is not in the mail cannot leak into it.
"""

import html
import re

_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}")
_MARKS = {"re", "aw", "antw", "sv", "vs", "odp", "r", "ref", "res", "回复", "回覆", "答复", "答覆", "返信", "회신"}


def with_signature(text: str, signature: str = "") -> str:
    """The text of a reply: as written, then the signature behind its customary mark."""
    text = text.rstrip()
    return f"{text}\n\n-- \n{signature.strip()}\n" if signature.strip() else f"{text}\n"


def as_html(text: str) -> str:
    """The same as HTML: everything escaped, paragraphs and lines kept, web addresses made links."""
    blocks = [block for block in re.split(r"\n[ \t]{0,100}\n", text.strip("\n")) if block.strip()]
    body = "".join(f"<p>{'<br>'.join(_linked(line) for line in block.split(chr(10)))}</p>" for block in blocks)
    return f'<div dir="auto">{body}</div>'


def reply_subject(subject: str) -> str:
    """`Re: ` before a subject that has none, in whatever language; one mark however often it is answered."""
    bare = " ".join(subject.split())
    for _ in range(20):
        mark, colon, _ = bare[:12].replace("：", ":").partition(":")
        if not colon or mark.strip().lower() not in _MARKS:
            break
        bare = bare[len(mark) + 1 :].lstrip()
    return f"Re: {bare}" if bare else "Re:"


def _linked(line: str) -> str:
    out, at = [], 0
    for found in _LINK.finditer(line):
        url = found[0].rstrip(".,;:!?)]»”")
        out += [html.escape(line[at : found.start()]), f'<a href="{html.escape(url)}">{html.escape(url)}</a>']
        at = found.start() + len(url)
    return "".join([*out, html.escape(line[at:])])
