"""desk/customer_access/words.py: what the mail or text with a link to sign in says, in the customer's language."""

from collections.abc import Mapping

from ivr.languages import nearest

#: `mail` and `text` are of the same link: fifteen minutes, once (`links.py`).
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "Sign in to the help centre of {organization}",
        "mail": """Somebody, probably you, wants to sign in to our help centre with this address. This link does it:

{link}

It works for 15 minutes, and once. If it was not you, do nothing: without this link nobody signs in.

{organization}""",
        "text": "{organization}: sign in to our help centre within 15 minutes: {link} Not you? Do nothing.",
    },
    "de": {
        "subject": "Anmelden im Hilfebereich von {organization}",
        "mail": """Jemand, vermutlich Sie, möchte sich mit dieser Adresse in unserem Hilfebereich anmelden:

{link}

Er gilt 15 Minuten und einmal. Waren Sie es nicht, tun Sie nichts: Ohne diesen Link meldet sich niemand an.

{organization}""",
        "text": "{organization}: Anmelden im Hilfebereich, 15 Minuten lang: {link} Waren Sie es nicht, tun Sie nichts.",
    },
    "es": {
        "subject": "Iniciar sesión en el centro de ayuda de {organization}",
        "mail": """Alguien, probablemente usted, quiere entrar en nuestro centro de ayuda con esta dirección:

{link}

Vale durante 15 minutos y una sola vez. Si no ha sido usted, no haga nada: sin este enlace nadie entra.

{organization}""",
        "text": "{organization}: entre en nuestro centro de ayuda en 15 minutos: {link} ¿No ha sido usted? Ignórelo.",
    },
    "fr": {
        "subject": "Se connecter au centre d’aide de {organization}",
        "mail": """Quelqu’un, sans doute vous, veut se connecter à notre centre d’aide avec cette adresse, par ce lien :

{link}

Il est valable 15 minutes, une seule fois. Si ce n’était pas vous, ne faites rien : sans lui, personne ne se connecte.

{organization}""",
        "text": "{organization} : connexion au centre d’aide, pendant 15 minutes : {link} Pas vous ? Ne faites rien.",
    },
    "zh": {
        "subject": "登录{organization}帮助中心",
        "mail": """有人（可能是您）想用这个地址登录我们的帮助中心。请点击此链接：

{link}

链接 15 分钟内有效，只能使用一次。如果不是您本人，无需理会：没有此链接，任何人都无法登录。

{organization}""",
        "text": "{organization}：登录帮助中心，15 分钟内有效：{link} 不是您本人？无需理会。",
    },
    "zh-Hant": {
        "subject": "登入{organization}說明中心",
        "mail": """有人（可能是您）想用這個地址登入我們的說明中心。請點選此連結：

{link}

連結 15 分鐘內有效，只能使用一次。如果不是您本人，無需理會：沒有此連結，任何人都無法登入。

{organization}""",
        "text": "{organization}：登入說明中心，15 分鐘內有效：{link} 不是您本人？無需理會。",
    },
}


def text_of(name: str, language: str, /, **put_in: str) -> str:
    """The text `name` in the language that comes nearest, or in English."""
    return WORDS[nearest(language, WORDS)][name].format(**put_in)
