"""channels/voice/signature.py: is this webhook from Twilio?

Twilio signs the address it was told to call and the form it sends. What it was told is our
*configured* public address, so that is what we check against: `Host` and `X-Forwarded-*` are
whatever the sender likes. A form is a multi-value mapping: duplicates, blanks and spaces count.

A valid request may still be sent twice by whoever saw it; what a repetition may do is for the
receiver to decide by its ids and turns.
"""

import hmac
from urllib.parse import urlsplit, urlunsplit

from multidict import MultiMapping
from twilio.request_validator import RequestValidator

HEADER = "X-Twilio-Signature"

_DEFAULT_PORTS = {"https": 443, "http": 80}
#: A signature is base64 of 20 bytes; anything much longer is not worth comparing.
_MOST_CHARACTERS = 100


def sign(auth_token: str, url: str, params: MultiMapping[str]) -> str:
    """The signature of a form sent to `url`, as Twilio would make it."""
    return str(RequestValidator(auth_token).compute_signature(url, params))


def valid(
    auth_token: str, *, public_url: str, path_and_query: str, params: MultiMapping[str], signature: str | None
) -> bool:
    """Whether `signature` is Twilio's for this form at our public address.

    `path_and_query` is the request's own, undecoded, as it stood on the request line. Without a
    token nothing is valid. With and without the default port are both tried, because Twilio
    signs either.
    """
    if not auth_token or not signature or len(signature) > _MOST_CHARACTERS:
        return False
    if not path_and_query.startswith("/"):
        return False
    given = signature.encode("utf-8", "surrogatepass")
    matches = False
    for url in _spellings(public_url.rstrip("/") + path_and_query):
        try:
            expected = sign(auth_token, url, params).encode()
        except UnicodeEncodeError:
            return False  # lone surrogates: Twilio cannot have sent them
        matches |= hmac.compare_digest(expected, given)
    return matches


def _spellings(url: str) -> set[str]:
    """The address with and without the port that its scheme implies."""
    parts = urlsplit(url)
    default = _DEFAULT_PORTS.get(parts.scheme)
    if parts.port is None:
        return {url, urlunsplit(parts._replace(netloc=f"{parts.netloc}:{default}"))}
    if parts.port == default:
        return {url, urlunsplit(parts._replace(netloc=parts.netloc.rsplit(":", 1)[0]))}
    return {url}
