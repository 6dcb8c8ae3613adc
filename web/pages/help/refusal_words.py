"""web/pages/help/refusal_words.py: what a reader is told who gets no page of the help centre."""

from collections.abc import Mapping
from math import ceil

_EN = {
    "missing": "This page does not exist",
    "missing_how": "The address may be wrong, or what stood here is gone. Search for it, or ask a person.",
    "old_form": "This form was not sent",
    "old_form_how": "Its page is too old, or is not one of ours. Go back, load the page again, and send it once more.",
    "closed": "This is not open to you",
    "closed_how": "Search for something else, or ask a person.",
    "often": "Too many attempts",
    "often_how": "{undone} Please try again in {wait}.",
    "not_searched": "We did not search. Your words are still in the field.",
    "not_said": "What you say of the article was not sent. It stands below still.",
    "not_done": "Nothing was done.",
    "seconds": "{count} seconds",
    "minute": "1 minute",
    "minutes": "about {count} minutes",
    "hour": "1 hour",
    "hours": "about {count} hours",
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
    "often_how": "{undone}请在{wait}后再试。",
    "not_searched": "没有进行搜索，您输入的内容仍在搜索框中。",
    "not_said": "您对文章的评价没有提交，内容仍保留在下面。",
    "not_done": "没有进行任何操作。",
    "seconds": "约 {count} 秒",
    "minute": "约 1 分钟",
    "minutes": "约 {count} 分钟",
    "hour": "约 1 小时",
    "hours": "约 {count} 小时",
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
    "often_how": "{undone}請在{wait}後再試。",
    "not_searched": "沒有進行搜尋，您輸入的內容仍在搜尋欄中。",
    "not_said": "您對文章的評價沒有送出，內容仍保留在下方。",
    "not_done": "沒有執行任何動作。",
    "seconds": "約 {count} 秒",
    "minute": "約 1 分鐘",
    "minutes": "約 {count} 分鐘",
    "hour": "約 1 小時",
    "hours": "約 {count} 小時",
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


def refusal_words(
    language: str, *, status: int, code: str, message: str, undone: str = "not_done", retry_after_s: int = 0
) -> tuple[str, str, str]:
    """What is said of a refusal in one of `WORDS`: in a few words, what to do, and by what we find it again.

    `message` is what programs are told. It is in English: pages in other languages say something more general. Whoever
    came too often is told what was left `undone`, and how long to wait.
    """
    words = WORDS[language]
    kind = "old_form" if code == "csrf" else _BY_STATUS.get(status, "failed" if status >= 500 else "wrong")
    wait = how_long(language, retry_after_s)
    return words[kind], words[f"{kind}_how"].format(message=message, undone=words[undone], wait=wait), words["say"]


def how_long(language: str, seconds: int) -> str:
    """A wait as people say it: never shorter than it is."""
    words = WORDS[language]
    if seconds <= 50:
        return words["seconds"].format(count=10 * ceil(max(seconds, 1) / 10))
    unit, count = ("minute", ceil(seconds / 60)) if seconds <= 59 * 60 else ("hour", ceil(seconds / 3_600))
    return words[unit if count == 1 else f"{unit}s"].format(count=count)
