"""desk/customers/languages.py: in which language and script somebody is written who was spoken to."""


def nearer(spoken: str, reads: str) -> str:
    """What somebody is to be written who was spoken to in `spoken`: the same language as the customer `reads` it, in
    their script (who hears Chinese may read Traditional), else as it was spoken."""
    return reads if reads.replace("_", "-").partition("-")[0] == spoken.partition("-")[0] else spoken


def spoken_to(spoken: str, own: str) -> str:
    """In which language the house itself speaks to a caller: as their call flow `spoken`, in their own script; where no
    flow has spoken yet, in their own."""
    return nearer(spoken, own) if spoken else own or "en"
