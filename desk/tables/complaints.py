"""desk/tables/complaints.py: complaints, their clocks, recovery, surveys."""

import sqlalchemy as sa

from desk.tables.columns import at, flag, json, key, metadata, number, ref, text

complaints = sa.Table(
    "complaints",
    metadata,
    key(),
    sa.Column("number", sa.String(24), unique=True, nullable=True),  # C-2026-00001, issued when logged
    ref("customer_id", "customers.id", index=True),
    ref("interaction_id", "interactions.id", nullable=True, index=True),
    text("channel", 24),
    text("state", 20),
    text("category", 64),
    number("severity", default=3),
    text("level", 12, default="general"),  # general, major, urgent
    text("remedy_sought"),
    text("verbatim"),
    text("product", 64),
    text("tier", 16),  # frozen at receipt
    flag("vulnerable"),
    text("pack", 24, default="house"),
    text("pack_version", 24),
    at("received_at"),  # dissatisfaction first expressed, on whatever channel
    at("logged_at", nullable=True),
    text("logged_by", 36),
    text("team", 64),
    ref("owner_id", "users.id", nullable=True),
    text("plan"),
    text("findings"),
    text("cause", 64),
    json("redress", nullable=True),  # {kind, amount: {amount, currency}} …
    text("no_investigation_reason"),
    text("question"),
    at("question_due_at", nullable=True),
    text("decision", 24),  # upheld, partly, not_upheld, resolved_informally
    text("response"),
    text("acceptance"),  # answer of the customer; evidence of an early resolution
    text("words"),  # own words of one who withdraws
    text("reason"),  # void, reopened
    text("body", 120),  # external
    at("body_due_at", nullable=True),
    text("before_external", 20),
    text("approver_id", 36),
    text("second_approver_id", 36),
    at("next_due_at", nullable=True),
    text("next_action", 200),
    at("closed_at", nullable=True),
    number("cycle"),
    number("version"),
    sa.Index("ix_complaints_state", "state"),
    sa.Index("ix_complaints_logged_at", "logged_at"),
    sa.Index("ix_complaints_closed_at", "closed_at", "state", "cause", "category"),
)

#: When it was in which state: stock and flow of any period are read from here.
complaint_spans = sa.Table(
    "complaint_spans",
    metadata,
    key(),
    ref("complaint_id", "complaints.id", index=True),
    text("state", 20),
    at("from_at", index=True),
    at("to_at", nullable=True),
    text("actor", 80),
    text("note"),
)

#: received, logged, acknowledged, holding_sent, decision, final_response, summary_resolution …
milestones = sa.Table(
    "milestones",
    metadata,
    key(),
    ref("complaint_id", "complaints.id", index=True),
    number("cycle"),
    text("name", 24),
    at("at", index=True),
    text("actor", 80),
    text("evidence", 300),
    sa.UniqueConstraint("complaint_id", "cycle", "name"),
)

#: What is due when: acknowledgement, first_reply, early_window, final_response, update.
deadlines = sa.Table(
    "deadlines",
    metadata,
    key(),
    ref("complaint_id", "complaints.id", index=True),
    number("cycle"),
    text("name", 24),
    at("due_at", index=True),
    text("due_local", 40),
    at("met_at", nullable=True),
    text("basis", 200),  # the arithmetic in words: "10 business days, house 2026-01"
    sa.UniqueConstraint("complaint_id", "cycle", "name"),
)

#: What goes to a complainant, and what they write on their status page.
letters = sa.Table(
    "letters",
    metadata,
    key(),
    ref("complaint_id", "complaints.id", index=True),
    number("cycle"),
    text("kind", 24),  # acknowledgement, update, final_response; from_customer
    text("channel", 24),
    text("address", 320),
    text("subject", 300),
    text("body"),
    text("short"),  # the same as a text message
    text("state", 16, default="queued"),  # queued, handed_over, failed, awaits_delivery, undeliverable; received
    text("reason", 300),
    text("message_id", 300),
    at("created_at"),
    at("handed_over_at", nullable=True),
)

recoveries = sa.Table(
    "recoveries",
    metadata,
    key(),
    ref("complaint_id", "complaints.id", nullable=True, index=True),
    ref("customer_id", "customers.id", index=True),
    number("cycle"),
    text("playbook", 64),
    text("playbook_version", 24),
    text("strategy", 40),
    text("trigger", 40),
    text("state", 12),  # planned, running, done, stopped
    text("reason", 200),
    at("started_at"),
    at("ended_at", nullable=True),
    number("version"),
    sa.UniqueConstraint("complaint_id", "cycle"),
)

recovery_actions = sa.Table(
    "recovery_actions",
    metadata,
    key(),
    ref("recovery_id", "recoveries.id", index=True),
    text("kind", 24),  # apology, fix, confirm, redress, call, survey, check, retention
    text("title", 300),
    text("channel", 24),
    text("owner_role", 24),
    flag("mandatory"),
    at("due_at", index=True),
    text("state", 12),  # planned, waiting, done, skipped
    at("done_at", nullable=True),
    text("outcome", 40),
    text("evidence"),
    number("attempts"),
    at("offered_from"),
    number("position"),
)

#: A try to reach a complainant that reached nobody: none takes the place of the one before.
tries = sa.Table(
    "tries",
    metadata,
    key(),
    text("reference", 36),  # a complaint, a letter of one, an action of a recovery
    at("at"),
    text("actor", 80),
    text("outcome", 40),
    text("note"),
    sa.Index("ix_tries_reference", "reference"),
)

surveys = sa.Table(
    "surveys",
    metadata,
    key(),
    ref("customer_id", "customers.id", index=True),
    ref("interaction_id", "interactions.id", nullable=True),
    ref("complaint_id", "complaints.id", nullable=True),
    ref("recovery_id", "recoveries.id", nullable=True),
    text("kind", 24),  # interaction, complaint
    text("channel", 24),
    text("address", 320),
    at("planned_at"),
    at("sent_at", nullable=True),
    at("answered_at", nullable=True),
    json("answers", nullable=True),  # {csat: 1-5, nps: 0-10, effort: 1-7}
    text("comment"),
    text("state", 12, default="planned"),  # planned, sent, answered, held_back, failed
    text("reason", 200),
    sa.Index("ix_surveys_answered_at", "answered_at"),
)

taxonomy = sa.Table(
    "taxonomy",
    metadata,
    sa.Column("kind", sa.String(12), primary_key=True),  # category, cause
    sa.Column("code", sa.String(64), primary_key=True),
    text("name", 200),
    text("parent", 64),
    flag("retired"),
)
