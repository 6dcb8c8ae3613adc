"""desk/organization/setting.py: the organization's settings, one at a time, as whoever needs one asks for it.

It knows neither the file nor its rules: a report that wants the time zone loads none of them.
"""

from typing import Any

import sqlalchemy as sa

from desk.kernel.questions import Question
from desk.kernel.transaction import Rx
from desk.tables import organization

#: What an organization that says nothing gets. `weekend` is in numbers, Monday 0; `holidays` are
#: dates as text; `playbook` holds seconds; an entry point that nobody knows leads to `default_queue`,
#: a number by way of `default_flow` where there is one.
DEFAULTS: dict[str, Any] = {
    "name": "Careline",
    "mail_domain": "localhost",
    "time_zone": "UTC",
    "languages": ["en"],
    "business_hours": {"open": "09:00", "close": "17:00"},
    "weekend": [5, 6],
    "holidays": [],
    "working_weekends": [],
    "default_queue": "general",
    "default_flow": "",
    "dial_countries": [],
    "chat_origins": [],
    "not_ready_reasons": {"break": "Break", "lunch": "Lunch", "meeting": "Meeting", "training": "Training"},
    "reopen_hours": {"email": 336, "other": 24},
    "teams": {},
    "hours": {},
    "playbook": {},
    "complaint_report": {},
    "callbacks": {},
    "articles_need_review": False,
    "articles_by_meaning": False,
    "chat_bot": "never",
    "model_may_read": "articles",
    "theme": {},
    "theme_logo": "",
    "customer_sign_in": True,
}

_SETTING = sa.select(organization.c.value).where(organization.c.key == sa.bindparam("key"))


def setting(rx: Rx, key: str, default: Any = None) -> Any:
    """A setting of the organization: what was loaded, else `default`, else the product's own."""
    rows = rx.all(_SETTING, key=key)
    if rows:
        return rows[0].value
    return DEFAULTS.get(key) if default is None else default


def of_setting(key: str) -> Question[Any]:
    """The same as a question."""
    return Question([(_SETTING, {"key": key})], lambda rows: rows[0].value if rows else DEFAULTS.get(key))
