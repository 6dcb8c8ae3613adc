"""channels/voice/spoken.py: the few sentences that the house itself speaks on the telephone.

What a flow says stands in the flow; this is what callers hear around it: their place in the
queue, and that something went wrong. An unknown language is spoken to in English.
"""

from ivr.languages import nearest

#: Language → (Twilio's language code, a voice that speaks it). Mandarin has no default voice.
VOICES = {
    "en": ("en-US", "Polly.Joanna"),
    "de": ("de-DE", "Polly.Vicki"),
    "es": ("es-ES", "Polly.Lucia"),
    "fr": ("fr-FR", "Polly.Lea"),
    "zh": ("cmn-CN", "Polly.Zhiyu"),
    "zh-Hant": ("cmn-TW", "Google.cmn-TW-Wavenet-A"),  # Amazon's only one is of the mainland
}

#: Language → the code of the same by which Twilio understands what is said.
HEARS = {"en": "en-US", "de": "de-DE", "es": "es-ES", "fr": "fr-FR", "zh": "cmn-Hans-CN", "zh-Hant": "cmn-Hant-TW"}

_SENTENCES = {
    "en": {
        "next": "You are next.",
        "position": "You are number {position} in the queue.",
        "soon": "We expect to answer in less than a minute.",
        "wait": "We expect to answer in about {minutes} minutes.",
        "wait_one": "We expect to answer in about one minute.",
        "wait_range": "We expect to answer in {low} to {high} minutes.",
        "stay": "Thank you for waiting.",
        "hold": "One moment please, we will be right back with you.",
        "sorry": "We are sorry, something went wrong on our side. Please call again.",
        "too_often": "You have called us very often in a short time. Please call again in ten minutes.",
        "closed": "We have closed now. Please call again when we are open. Goodbye.",
        "closed_call_back": "We have closed now. You keep your place, and we will call you back on "
        "this number when we open again. Goodbye.",
        "ended": "Thank you for calling. Goodbye.",
        "call_back": "Hello, this is {name}. You asked us to call you back. Press any key to speak with us.",
        "leave_line": "Press {digit} to keep your place without waiting on "
        "the line: we will call you back on this number.",
        "call_back_soon": "Thank you. You keep your place, and we will call you back on this number. Goodbye.",
        "call_back_later": "Thank you. You keep your place, and we will call you back "
        "on this number as soon as it is daytime where you are and we are open. Goodbye.",
        "no_call_back": "We are sorry, we cannot call this number back. Please stay on the line, you keep your place.",
    },
    "de": {
        "next": "Sie sind als Nächstes an der Reihe.",
        "position": "Sie sind auf Platz {position} der Warteschlange.",
        "soon": "Wir melden uns voraussichtlich in weniger als einer Minute.",
        "wait": "Wir melden uns voraussichtlich in etwa {minutes} Minuten.",
        "wait_one": "Wir melden uns voraussichtlich in etwa einer Minute.",
        "wait_range": "Wir melden uns voraussichtlich in {low} bis {high} Minuten.",
        "stay": "Danke, dass Sie warten.",
        "hold": "Einen Moment bitte, wir sind gleich wieder für Sie da.",
        "sorry": "Entschuldigung, bei uns ist etwas schiefgegangen. Bitte rufen Sie noch einmal an.",
        "too_often": "Sie haben uns in kurzer Zeit sehr oft angerufen. Bitte rufen Sie in zehn Minuten wieder an.",
        "closed": "Wir haben jetzt geschlossen. Bitte rufen Sie wieder an, wenn wir geöffnet haben. Auf Wiederhören.",
        "closed_call_back": "Wir haben jetzt geschlossen. Sie behalten Ihren Platz, und wir rufen "
        "Sie unter dieser Nummer zurück, sobald wir wieder öffnen. Auf Wiederhören.",
        "ended": "Danke für Ihren Anruf. Auf Wiederhören.",
        "call_back": "Guten Tag, hier ist {name}. Sie haben um unseren Rückruf gebeten. "
        "Drücken Sie eine beliebige Taste, um mit uns zu sprechen.",
        "leave_line": "Drücken Sie die {digit}, um Ihren Platz zu behalten, ohne "
        "am Apparat zu warten: Wir rufen Sie unter dieser Nummer zurück.",
        "call_back_soon": "Vielen Dank. Sie behalten Ihren Platz, und wir "
        "rufen Sie unter dieser Nummer zurück. Auf Wiederhören.",
        "call_back_later": "Vielen Dank. Sie behalten Ihren Platz, und wir rufen Sie unter "
        "dieser Nummer zurück, sobald es bei Ihnen Tag ist und wir geöffnet haben. Auf Wiederhören.",
        "no_call_back": "Leider können wir diese Nummer nicht zurückrufen. Bitte "
        "bleiben Sie am Apparat, Sie behalten Ihren Platz.",
    },
    "es": {
        "next": "Usted es la siguiente persona.",
        "position": "Usted ocupa el puesto {position} de la cola.",
        "soon": "Esperamos atenderle en menos de un minuto.",
        "wait": "Esperamos atenderle en unos {minutes} minutos.",
        "wait_one": "Esperamos atenderle en un minuto, más o menos.",
        "wait_range": "Esperamos atenderle en un plazo de {low} a {high} minutos.",
        "stay": "Gracias por esperar.",
        "hold": "Un momento, por favor, enseguida volvemos con usted.",
        "sorry": "Lo sentimos, algo ha fallado por nuestra parte. Por favor, vuelva a llamar.",
        "too_often": "Nos ha llamado muchas veces en poco tiempo. Por favor, vuelva a llamar dentro de diez minutos.",
        "closed": "Ahora hemos cerrado. Por favor, vuelva a llamar cuando estemos abiertos. Hasta pronto.",
        "closed_call_back": "Ahora hemos cerrado. Usted conserva su puesto y le llamaremos a este "
        "número cuando volvamos a abrir. Hasta pronto.",
        "ended": "Gracias por su llamada. Hasta pronto.",
        "call_back": "Hola, le llamamos de {name}. Usted nos pidió que le llamáramos. "
        "Pulse cualquier tecla para hablar con nosotros.",
        "leave_line": "Pulse {digit} para conservar su puesto sin esperar "
        "al teléfono: le devolveremos la llamada a este número.",
        "call_back_soon": "Gracias. Usted conserva su puesto y le devolveremos la llamada a este número. Hasta pronto.",
        "call_back_later": "Gracias. Usted conserva su puesto y le devolveremos la llamada a "
        "este número en cuanto sea de día donde usted está y estemos abiertos. Hasta pronto.",
        "no_call_back": "Lo sentimos, no podemos devolver la llamada a este "
        "número. Por favor, siga al teléfono, conserva su puesto.",
    },
    "fr": {
        "next": "Vous êtes la prochaine personne.",
        "position": "Vous êtes en position {position} dans la file d'attente.",
        "soon": "Nous pensons vous répondre en moins d'une minute.",
        "wait": "Nous pensons vous répondre dans environ {minutes} minutes.",
        "wait_one": "Nous pensons vous répondre dans environ une minute.",
        "wait_range": "Nous pensons vous répondre dans {low} à {high} minutes.",
        "stay": "Merci de patienter.",
        "hold": "Un instant s'il vous plaît, nous revenons tout de suite vers vous.",
        "sorry": "Désolés, un problème est survenu de notre côté. Merci de rappeler.",
        "too_often": "Vous nous avez appelés très souvent en peu de temps. Merci de rappeler dans dix minutes.",
        "closed": "Nous venons de fermer. Merci de rappeler aux heures d'ouverture. Au revoir.",
        "closed_call_back": "Nous venons de fermer. Vous gardez votre place et nous vous "
        "rappellerons à ce numéro à la réouverture. Au revoir.",
        "ended": "Merci de votre appel. Au revoir.",
        "call_back": "Bonjour, ici {name}. Vous nous avez demandé de vous rappeler. "
        "Appuyez sur une touche pour nous parler.",
        "leave_line": "Appuyez sur {digit} pour garder votre place sans attendre "
        "au téléphone : nous vous rappellerons à ce numéro.",
        "call_back_soon": "Merci. Vous gardez votre place et nous vous rappellerons à ce numéro. Au revoir.",
        "call_back_later": "Merci. Vous gardez votre place et nous vous rappellerons à "
        "ce numéro dès qu'il fera jour chez vous et que nous serons ouverts. Au revoir.",
        "no_call_back": "Désolés, nous ne pouvons pas rappeler ce numéro. "
        "Merci de rester en ligne, vous gardez votre place.",
    },
    "zh": {
        "next": "下一位就是您。",
        "position": "您在队列中排第{position}位。",
        "soon": "预计不到一分钟即可为您接通。",
        "wait": "预计等待时间约{minutes}分钟。",
        "wait_one": "预计等待时间约一分钟。",
        "wait_range": "预计等待时间{low}到{high}分钟。",
        "stay": "感谢您的耐心等待。",
        "hold": "请稍候，我们马上回来。",
        "sorry": "很抱歉，我们这边出现了问题，请您再次来电。",
        "too_often": "您在短时间内来电过于频繁，请十分钟后再拨。",
        "closed": "我们现在已经下班，请在营业时间再次来电。再见。",
        "closed_call_back": "我们现在已经下班。您的位置已保留，恢复营业后我们会回拨此号码。再见。",
        "ended": "感谢您的来电，再见。",
        "call_back": "您好，这里是{name}。您请我们回电。请按任意键与我们通话。",
        "leave_line": "按{digit}可保留您的位置而无需在线等待，我们会回拨此号码。",
        "call_back_soon": "谢谢。您的位置已保留，我们会回拨此号码。再见。",
        "call_back_later": "谢谢。您的位置已保留，待您当地白天且我们营业时，我们会回拨此号码。再见。",
        "no_call_back": "很抱歉，我们无法回拨此号码。请继续在线等待，您的位置不变。",
    },
    "zh-Hant": {
        "next": "下一位就是您。",
        "position": "您目前排在第{position}位。",
        "soon": "預計不到一分鐘即可為您接通。",
        "wait": "預計等候時間約{minutes}分鐘。",
        "wait_one": "預計等候時間約一分鐘。",
        "wait_range": "預計等候時間{low}到{high}分鐘。",
        "stay": "感謝您的耐心等候。",
        "hold": "請稍候，我們馬上回來。",
        "sorry": "很抱歉，我們這邊出了問題，請您再次來電。",
        "too_often": "您在短時間內來電過於頻繁，請十分鐘後再撥。",
        "closed": "我們現在已經下班，請在營業時間再次來電。再見。",
        "closed_call_back": "我們現在已經下班。您的位置已保留，恢復營業後我們會回撥此號碼。再見。",
        "ended": "感謝您的來電，再見。",
        "call_back": "您好，這裡是{name}。您請我們回電。請按任意鍵與我們通話。",
        "leave_line": "按{digit}可保留您的位置，不必在線上等候，我們會回撥此號碼。",
        "call_back_soon": "謝謝。您的位置已保留，我們會回撥此號碼。再見。",
        "call_back_later": "謝謝。您的位置已保留，待您當地白天且我們營業時，我們會回撥此號碼。再見。",
        "no_call_back": "很抱歉，我們無法回撥此號碼。請繼續在線上等候，您的位置不變。",
    },
}


def known(language: str) -> str:
    """The language in which we speak to somebody who speaks `language`."""
    return nearest(language, _SENTENCES)


def sentence(key: str, language: str, **values: int | str) -> str:
    """One sentence of the house."""
    return _SENTENCES[known(language)][key].format(**values)


def place_in_queue(position: int, wait_low_s: float | None, wait_high_s: float | None, language: str) -> str:
    """Tells a caller the place and, if there is an estimate, the wait, in whole minutes.

    Nobody is told "zero minutes", and an estimate never promises more than it knows: bounds that
    round to one number are said as "about".
    """
    parts = [sentence("next", language) if position <= 1 else sentence("position", language, position=position)]
    if wait_high_s is not None:
        low = max(1, round((wait_low_s if wait_low_s is not None else wait_high_s) / 60))
        high = max(low, -int(-wait_high_s // 60))
        if wait_high_s < 60:
            parts.append(sentence("soon", language))
        elif low == high == 1:
            parts.append(sentence("wait_one", language))
        elif low == high:
            parts.append(sentence("wait", language, minutes=high))
        else:
            parts.append(sentence("wait_range", language, low=low, high=high))
    parts.append(sentence("stay", language))
    return ("" if known(language).startswith("zh") else " ").join(parts)
