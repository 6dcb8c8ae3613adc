"""web/pages/help/words.py: what the help centre says, and in which of its languages it is read."""

from collections.abc import Mapping

from ivr.languages import nearest
from web.pages.customer_words import words_in

#: How each language calls itself, and its tag for search engines.
NAMES: Mapping[str, tuple[str, str]] = {
    "en": ("English", "en"),
    "zh": ("简体中文", "zh-Hans"),
    "zh-Hant": ("繁體中文", "zh-Hant"),
}
#: How Open Graph calls them.
LOCALES: Mapping[str, str] = {"en": "en_GB", "zh": "zh_CN", "zh-Hant": "zh_TW"}

_EN = {
    "how": "How can we help?",
    "search_label": "Search the help centre",
    "search": "Search",
    "placeholder": "Refund, delivery, guarantee",
    "topics": "Topics",
    "no_topics": "Articles will stand here, by topic. Until then, ask a person.",
    "asked_most": "Asked most this week",
    "often_read": "Often read",
    "person": "Talk to a person",
    "chat": "Chat",
    "chat_how": "The button in the corner. An advisor answers there; you may go on reading.",
    "phone": "Phone",
    "waits_how": "Waits as they are now, measured and not wished for.",
    "wait_short": "less than 1 min",
    "wait": "about {high} min",
    "wait_most": "up to {high} min",
    "wait_range": "{low} to {high} min",
    "write": "Write",
    "write_link": "Question or complaint",
    "write_how": "Answered by e-mail",
    "languages": "Languages",
    "crumbs": "Where you are",
    "checked": "Checked on {day}",
    "minute": "1 minute to read",
    "minutes": "{count} minutes to read",
    "in_short": "In short:",
    "behind": "The original says something newer.",
    "read_original": "Read it in {language}",
    "not_yours": "This article is in {language}.",
    "on_page": "On this page",
    "sections": "Sections",
    "related": "Related",
    "papers": "Papers",
    "then": ", ",
    "useful": "Did this answer your question?",
    "yes": "Yes",
    "no": "No",
    "missing": "What was missing?",
    "optional": "optional",
    "send": "Send",
    "thanks": "Thank you. That helps those who come after you.",
    "thanks_waiting": "Thank you. You are still in line for a person in the chat; end it there if you need nobody.",
    "thanks_no": "Thank you. Whoever looks after this article reads it.",
    "ask_us": "Ask us",
    "ask_us_how": "a person answers by e-mail.",
    "one_found": "1 answer for “{words}”.",
    "found": "{count} answers for “{words}”.",
    "more_found": "The first {count} answers for “{words}”.",
    "none_found": "Nothing found for “{words}”.",
    "not_typed": "Answers cannot be shown while you type just now. Press Enter to search.",
    "none_how": "Try fewer or other words, or ask a person.",
    "what": "What are you looking for?",
    "meant": "Did you mean",
    "narrow": "Narrow down",
    "narrow_off": "remove this filter",
    "not_here": "Not here?",
    "more": "More",
    "less": "Back",
    "pages": "Pages",
    "empty_topic": "Nothing stands here at the moment.",
    "here": "Articles",
    "below": "More exactly",
    "feed": "New articles",
    "solved": "Good. Nothing was sent, and there is nothing more to do.",
    "sign_in": "Sign in",
    "cases": "Your cases",
}
_ZH = {
    "how": "需要什么帮助？",
    "search_label": "搜索帮助中心",
    "search": "搜索",
    "placeholder": "退款、送货、保修",
    "topics": "主题",
    "no_topics": "文章会按主题列在这里。在此之前，请直接询问我们。",
    "asked_most": "本周常见问题",
    "often_read": "常读文章",
    "person": "联系人工",
    "chat": "在线聊天",
    "chat_how": "点击右下角的按钮，客服会在那里答复，您可以继续阅读。",
    "phone": "电话",
    "waits_how": "此刻的等候时间，按实际情况估算。",
    "wait_short": "不到 1 分钟",
    "wait": "约 {high} 分钟",
    "wait_most": "最多 {high} 分钟",
    "wait_range": "{low} 到 {high} 分钟",
    "write": "留言",
    "write_link": "提问或投诉",
    "write_how": "我们用电子邮件答复",
    "languages": "语言",
    "crumbs": "当前位置",
    "checked": "核对于{day}",
    "minute": "阅读约 1 分钟",
    "minutes": "阅读约 {count} 分钟",
    "in_short": "简而言之：",
    "behind": "原文已有更新。",
    "read_original": "阅读原文（{language}）",
    "not_yours": "本文语言：{language}。",
    "on_page": "本页内容",
    "sections": "章节",
    "related": "相关文章",
    "papers": "文件",
    "then": "，",
    "useful": "这解答了您的问题吗？",
    "yes": "是",
    "no": "否",
    "missing": "还缺少什么？",
    "optional": "可不填",
    "send": "提交",
    "thanks": "谢谢，这会帮助后来的读者。",
    "thanks_waiting": "谢谢。聊天中您仍在排队等候人工答复；如果不再需要，请在聊天窗口中结束聊天。",
    "thanks_no": "谢谢，负责这篇文章的人会看到。",
    "ask_us": "询问我们",
    "ask_us_how": "工作人员会用电子邮件答复。",
    "one_found": "“{words}”有 1 个结果。",
    "found": "“{words}”有 {count} 个结果。",
    "more_found": "“{words}”的前 {count} 个结果。",
    "none_found": "没有找到“{words}”。",
    "not_typed": "暂时无法边输入边显示结果，请按回车键搜索。",
    "none_how": "请减少或更换词语，或询问我们。",
    "what": "您在找什么？",
    "meant": "您是不是要找",
    "narrow": "缩小范围",
    "narrow_off": "取消此筛选",
    "not_here": "没有找到？",
    "more": "更多",
    "less": "返回",
    "pages": "分页",
    "empty_topic": "这里目前没有内容。",
    "here": "文章",
    "below": "细分主题",
    "feed": "新文章",
    "solved": "好的。没有发送任何内容，您无需再做什么。",
    "sign_in": "登录",
    "cases": "我的问题",
}
_ZH_HANT = {
    "how": "需要什麼協助？",
    "search_label": "搜尋說明中心",
    "search": "搜尋",
    "placeholder": "退款、送貨、保固",
    "topics": "主題",
    "no_topics": "文章會依主題列在這裡。在此之前，請直接詢問我們。",
    "asked_most": "本週常見問題",
    "often_read": "常讀文章",
    "person": "與專人聯絡",
    "chat": "線上聊天",
    "chat_how": "點選右下角的按鈕，客服會在那裡回覆，您可以繼續閱讀。",
    "phone": "電話",
    "waits_how": "此刻的等候時間，依實際情況估算。",
    "wait_short": "不到 1 分鐘",
    "wait": "約 {high} 分鐘",
    "wait_most": "最多 {high} 分鐘",
    "wait_range": "{low} 到 {high} 分鐘",
    "write": "留言",
    "write_link": "提問或客訴",
    "write_how": "我們以電子郵件回覆",
    "languages": "語言",
    "crumbs": "目前位置",
    "checked": "核對於{day}",
    "minute": "閱讀約 1 分鐘",
    "minutes": "閱讀約 {count} 分鐘",
    "in_short": "簡而言之：",
    "behind": "原文已有更新。",
    "read_original": "閱讀原文（{language}）",
    "not_yours": "本文語言：{language}。",
    "on_page": "本頁內容",
    "sections": "章節",
    "related": "相關文章",
    "papers": "文件",
    "then": "，",
    "useful": "這解答了您的問題嗎？",
    "yes": "是",
    "no": "否",
    "missing": "還缺少什麼？",
    "optional": "可不填",
    "send": "送出",
    "thanks": "謝謝，這會幫助後來的讀者。",
    "thanks_waiting": "謝謝。聊天中您仍在排隊等候專人答覆；如果不再需要，請在聊天視窗中結束聊天。",
    "thanks_no": "謝謝，負責這篇文章的人會看到。",
    "ask_us": "詢問我們",
    "ask_us_how": "專人會以電子郵件回覆。",
    "one_found": "「{words}」有 1 個結果。",
    "found": "「{words}」有 {count} 個結果。",
    "more_found": "「{words}」的前 {count} 個結果。",
    "none_found": "沒有找到「{words}」。",
    "not_typed": "暫時無法邊輸入邊顯示結果，請按 Enter 鍵搜尋。",
    "none_how": "請減少或更換詞語，或詢問我們。",
    "what": "您在找什麼？",
    "meant": "您是不是要找",
    "narrow": "縮小範圍",
    "narrow_off": "取消此篩選",
    "not_here": "沒有找到？",
    "more": "更多",
    "less": "返回",
    "pages": "分頁",
    "empty_topic": "這裡目前沒有內容。",
    "here": "文章",
    "below": "細分主題",
    "feed": "新文章",
    "solved": "好的。沒有送出任何內容，您無需再做什麼。",
    "sign_in": "登入",
    "cases": "我的問題",
}
WORDS: Mapping[str, Mapping[str, str]] = {"en": _EN, "zh": _ZH, "zh-Hant": _ZH_HANT}

#: Tags of one `Accept-Language` that are looked at.
_MOST_TAGS = 20


def help_words(language: str) -> dict[str, str]:
    """Everything that a page says in one of `WORDS`: the frame's words, and the help centre's own."""
    _, around = words_in(language)
    return {**around, **WORDS[language]}


def spoken(tag: str) -> str | None:
    """The language of ours that comes nearest to a tag; None where none does."""
    found = nearest(tag, WORDS)
    return found if tag.replace("_", "-").lower().split("-")[0] == found.split("-")[0] else None


def accepted(header: str) -> str:
    """The language of ours that an `Accept-Language` likes best; English where it likes none."""
    return next(iter(all_accepted(header)), "en")


def all_accepted(header: str) -> list[str]:
    """Every language of ours that an `Accept-Language` likes, the best first."""
    liked: list[tuple[float, str]] = []
    for part in header.split(",", _MOST_TAGS)[:_MOST_TAGS]:
        tag, _, quality = part.strip().partition(";")
        found = spoken(tag.strip())
        if found is not None and (weight := _weight(quality)):
            liked.append((weight, found))
    return list(dict.fromkeys(found for _, found in sorted(liked, key=lambda one: -one[0])))


def _weight(quality: str) -> float:
    """What `q=0.8` says; 1 where nothing is said, 0 where it cannot be read."""
    text = quality.strip().removeprefix("q=").strip()
    if not text:
        return 1.0
    digits = text.replace(".", "", 1)
    return min(float(text), 1.0) if digits.isascii() and digits.isdigit() and len(text) < 8 else 0.0
