"""knowledgebase/bot/sentences.py: what the automatic assistant says around its quote, in the article's language. Pure.

Title, words and address of the article are put in as they are: a chat shows text, never markup.
"""

from ivr.languages import nearest

_SENTENCES = {
    "en": ("Automatic answer from our help centre: “{title}”", "Did this answer your question?"),
    "de": ("Automatische Antwort aus unserer Hilfe: „{title}“", "Hat das Ihre Frage beantwortet?"),
    "fr": (
        "Réponse automatique de notre centre d’aide : « {title} »",
        "Cela répond-il à votre question ?",
    ),
    "es": ("Respuesta automática de nuestro centro de ayuda: «{title}»", "¿Responde esto a su pregunta?"),
    "zh": ("帮助中心自动回复：《{title}》", "这回答了您的问题吗？"),
    "zh-Hant": ("說明中心自動回覆：《{title}》", "這回答了您的問題嗎？"),
}


def said(language: str, title: str, words: str, url: str) -> str:
    """The whole message: that a machine speaks, from which article, its words, where to read on, and the question."""
    begins, asks = _SENTENCES[nearest(language, _SENTENCES)]
    return "\n\n".join((begins.replace("{title}", title), words, url, asks))
