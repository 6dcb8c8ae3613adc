"""web/pages/routes.py: all pages, in the order in which they are asked."""

from web.pages import call, callbacks, estimates, reports, screens, status, survey, theme
from web.pages.admin import calendars as admin_calendars
from web.pages.admin import hours as admin_hours
from web.pages.admin import overview as admin
from web.pages.admin import ringing_back as admin_ringing_back
from web.pages.admin import rules as admin_rules
from web.pages.admin import theme as admin_theme
from web.pages.complaints import complaints
from web.pages.help import cases as help_cases
from web.pages.help import centre as help_centre
from web.pages.help import contact, contact_answers
from web.pages.help import feedback as help_feedback
from web.pages.help import machines as help_machines
from web.pages.help import sign_in as help_sign_in
from web.pages.knowledge import articles as knowledge
from web.pages.knowledge import editor as knowledge_editor
from web.pages.knowledge import files as knowledge_files
from web.pages.knowledge import learning as knowledge_learning
from web.pages.knowledge import order as knowledge_order
from web.pages.knowledge import versions as knowledge_versions

# Of two that fit an address the first answers: what is called by name stands before what is called by its id.
KNOWLEDGE_PAGES = (
    knowledge_files,
    knowledge_learning,
    knowledge_order,
    knowledge_versions,
    knowledge_editor,
    knowledge,
)
OF_STAFF = (
    screens,
    callbacks,
    admin,
    admin_calendars,
    admin_hours,
    admin_ringing_back,
    admin_rules,
    admin_theme,
    complaints,
    reports,
    estimates,
    *KNOWLEDGE_PAGES,
)
PAGES = (
    *OF_STAFF,
    help_centre,
    help_feedback,
    help_machines,
    help_sign_in,
    help_cases,
    contact,
    contact_answers,
    call,
    status,
    survey,
    theme,
)
