"""A page as somebody sees it: its words, what its fields hold, and what is said of each."""

from html.parser import HTMLParser

_VOID = frozenset({"input", "meta", "link", "br", "use"})


class Shown(HTMLParser):
    """`text` is all words; `fields` what a browser would send; `about` the attributes and `says` the words by id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.fields: dict[str, str] = {}
        self.about: dict[str, dict[str, str]] = {}
        self.says: dict[str, str] = {}
        self.alerts: list[str] = []
        self.focused = 0
        self._open: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self.feed(html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if "id" in known:
            self.about[known["id"]] = known
            self.says[known["id"]] = ""
        self.focused += "autofocus" in known
        if known.get("role") == "alert":
            self.alerts.append("")
        if tag == "input" and (known.get("type") not in ("checkbox", "radio") or "checked" in known):
            self.fields[known["name"]] = known.get("value", "")
        if tag == "textarea":
            self.fields[known["name"]] = ""
        if tag == "select":
            self._select = known["name"]
            self.fields[self._select] = ""
        if tag == "option" and "selected" in known:
            self.fields[self._select] = known["value"]
        if tag not in _VOID:
            self._open.append((tag, known))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in _VOID:
            last, _ = self._open.pop()
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "
        for tag, known in self._open:
            if tag == "textarea":
                self.fields[known["name"]] += data
            if "id" in known:
                self.says[known["id"]] += data
            if known.get("role") == "alert":
                self.alerts[-1] += data
