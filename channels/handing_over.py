"""channels/handing_over.py: whether what is sent now may have arrived already.

    "" ──begins──▶ BEGUN ──answered──▶ ""
                     └──no answer: the process died, or the line went quiet──▶ begins again as AGAIN, and stays so

The word stands with what is sent and is stored before the other side is spoken to. Whoever finds it there does
not know whether the try before arrived: it is sent again, under the same name, and that is said.
"""

BEGUN = "being handed over"
AGAIN = "sent again after an interruption; it may have arrived twice"


def begun(word: str) -> str:
    """The word with which a try begins."""
    return AGAIN if word in (BEGUN, AGAIN) else BEGUN


def answered(word: str) -> str:
    """The word that is left when the other side has answered a try, whatever it said."""
    return AGAIN if word == AGAIN else ""
