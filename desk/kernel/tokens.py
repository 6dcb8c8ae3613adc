"""desk/kernel/tokens.py: signed links. A token opens one thing for one purpose, and cannot be made up."""

from itsdangerous import BadSignature, URLSafeSerializer

from desk.kernel.errors import NotFound


def sign(secret: str, purpose: str, value: str) -> str:
    """A token that carries `value` and is good for `purpose` alone."""
    return str(URLSafeSerializer(secret, salt=f"careline.{purpose}").dumps(value))


def verify(secret: str, purpose: str, token: str) -> str:
    """The value that `token` carries.

    Raises:
        NotFound: not one of ours, or made for another purpose: told apart from nothing.
    """
    try:
        value = URLSafeSerializer(secret, salt=f"careline.{purpose}").loads(token)
    except BadSignature as error:
        raise NotFound("page", token) from error
    if not isinstance(value, str):
        raise NotFound("page", token)
    return value
