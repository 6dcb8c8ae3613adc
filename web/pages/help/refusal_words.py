"""web/pages/help/refusal_words.py: what a reader is told who gets no page of the help centre."""

from collections.abc import Mapping

_EN = {
    "missing": "This page does not exist",
    "missing_how": "The address may be wrong, or what stood here is gone. Search for it, or ask a person.",
    "old_form": "This form was not sent",
    "old_form_how": "Its page is too old, or is not one of ours. Go back, load the page again, and send it once more.",
    "closed": "This is not open to you",
    "closed_how": "Search for something else, or ask a person.",
    "often": "Too many attempts",
    "often_how": "Please wait a moment, then try again.",
    "wrong": "We could not read this",
    "wrong_how": "{message} Nothing was changed.",
    "busy": "Not available now",
    "busy_how": "Please try again in a moment.",
    "failed": "Something went wrong here",
    "failed_how": "It has been written down. Please try again.",
    "say": "If you tell us about this, say {id}.",
}
_ZH = {
    "missing": "没有这个页面",
    "missing_how": "地址可能有误，或内容已不在这里。请搜索，或直接询问我们。",
    "old_form": "表单没有提交",
    "old_form_how": "页面打开得太久，或不是我们的页面。请返回并重新加载页面，然后再提交一次。",
    "closed": "您无法查看此内容",
    "closed_how": "请搜索其他内容，或直接询问我们。",
    "often": "尝试次数过多",
    "often_how": "请稍等片刻，然后再试。",
    "wrong": "我们无法读取此请求",
    "wrong_how": "地址或随之发送的内容不符合要求。没有任何更改。",
    "busy": "暂时无法使用",
    "busy_how": "请稍后再试。",
    "failed": "这里出了问题",
    "failed_how": "问题已记录。请再试一次。",
    "say": "与我们联系时，请告知编号 {id}。",
}
_ZH_HANT = {
    "missing": "沒有這個頁面",
    "missing_how": "網址可能有誤，或內容已不在這裡。請搜尋，或直接詢問我們。",
    "old_form": "表單沒有送出",
    "old_form_how": "頁面開啟太久，或不是我們的頁面。請返回並重新載入頁面，然後再送出一次。",
    "closed": "您無法檢視此內容",
    "closed_how": "請搜尋其他內容，或直接詢問我們。",
    "often": "嘗試次數過多",
    "often_how": "請稍候片刻，然後再試。",
    "wrong": "我們無法讀取此請求",
    "wrong_how": "網址或隨之送出的內容不符合要求。沒有任何變更。",
    "busy": "暫時無法使用",
    "busy_how": "請稍後再試。",
    "failed": "這裡發生了問題",
    "failed_how": "問題已記錄。請再試一次。",
    "say": "與我們聯絡時，請告知編號 {id}。",
}
WORDS: Mapping[str, Mapping[str, str]] = {"en": _EN, "zh": _ZH, "zh-Hant": _ZH_HANT}

_BY_STATUS = {401: "closed", 403: "closed", 404: "missing", 410: "missing", 429: "often", 503: "busy"}


def refusal_words(language: str, *, status: int, code: str, message: str) -> tuple[str, str, str]:
    """What is said of a refusal in one of `WORDS`: in a few words, what to do, and by what we find it again.

    `message` is what programs are told. It is in English: pages in other languages say something more general.
    """
    words = WORDS[language]
    kind = "old_form" if code == "csrf" else _BY_STATUS.get(status, "failed" if status >= 500 else "wrong")
    return words[kind], words[f"{kind}_how"].format(message=message), words["say"]
