// What comes over the wire, as the console and the floor read it.

export type Channel = string; // voice, chat, sms, email, or the name of a generic channel
export type InteractionState =
  | "self_service" | "queued" | "offered" | "active" | "on_hold" | "wrap_up" | "snoozed" | "closed" | "abandoned";
export type PresenceState = "available" | "not_ready" | "wrap_up" | "offline";

export interface Person {
  id: string;
  name: string;
}

export interface CustomerBrief extends Person {
  tier: string;
  language: string;
  certainty: "certain" | "maybe" | "new";
}

export interface Customer extends CustomerBrief {
  time_zone?: string;
  vulnerable?: boolean;
  note?: string;
  contact_safety?: Record<string, unknown> | null;
  addresses?: { kind: string; value: string }[];
  since?: string;
  version?: number;
}

/** An interaction's card. */
export interface Card {
  id: string;
  channel: Channel;
  queue: string | null;
  state: InteractionState;
  subject: string;
  preview: string;
  arrived_at: string;
  version: number;
  customer: CustomerBrief;
  agent: Person | null;
  direction: "in" | "out";
  queued_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  last_message_at: string | null;
  last_author: string | null;
  unread: number;
  language: string;
  reply_to?: string;
  disposition?: string;
  closed_at?: string | null;
  last_agent_id?: string | null;
  call: { state: "menu" | "waiting" | "connecting" | "dialling" | "talking" | "hold" | "ended"; since: string; ended_by?: string; way?: Step[] } | null;
  wrap_up_until: string | null;
}

/** What a caller did in the call flow, or what came of it. */
export interface Step {
  did: "chose" | "missed" | "silent" | "said" | "heard" | "sent" | "asked" | "solved";
  at: string;
  key: string;
  name: string;
  words: string;
  title: string;
  article_id: string | null;
  /** The message in the thread, of what was said or sent. */
  message_id: string | null;
  delivery: Delivery | null;
  delivery_reason: string;
}

/** An article as a list shows it; an internal one is for reading alone, as one for customers is while it is uncertain whether this is one. */
export interface Article {
  id: string;
  text_id: string;
  language: string;
  title: string;
  snippet: string;
  internal: boolean;
  uncertain: boolean;
  /** There is a guide in it to walk. */
  guided: boolean;
}

/** An article that was read out in a contact. */
export type ReadOut = Pick<Article, "id" | "text_id" | "language" | "title">;

/** A step of a guide: a question with its choices; without any, an answer. */
export interface Step {
  name: string;
  says: string;
  choices: { says: string; to: string }[];
}

export interface WorkItem {
  id: string;
  kind: "interaction" | "callback" | "promise" | "complaint_step" | "recovery_action" | "task";
  title: string;
  queue: string;
  due_at?: string | null;
  state?: string;
  agent_id?: string | null;
  customer?: CustomerBrief | null;
  reference?: string;
  complaint_id?: string | null;
  phone?: string | null;
  note?: string;
  version?: number;
}

export interface Attachment {
  id: string;
  name: string;
  type: string;
  size: number;
  url?: string;
}

export type Delivery = "queued" | "handed_over" | "delivered" | "read" | "failed" | "bounced";

export interface Message {
  id: string;
  client_id?: string | null;
  author: { kind: "customer" | "agent" | "system" | "bot"; name: string };
  text: string;
  quoted?: string | null;
  attachments: Attachment[];
  internal: boolean;
  sent_at: string;
  delivery?: Delivery | null;
  delivery_reason?: string;
}

export interface HistoryItem {
  kind: string;
  id: string;
  channel: Channel | null;
  at: string;
  title: string;
  state: string;
  readable?: boolean;
  way?: Step[];
}

export interface OpenComplaint {
  id: string;
  number: string;
  title: string;
  state: string;
  due_at: string | null;
  next_action: string | null;
}

export interface Recovery {
  id: string;
  state: string;
  next: { title: string; due_at: string | null } | null;
}

/** An open call-back of a customer: when they are rung, by the clock of `zone`, and whose it is. */
export interface PromisedCall {
  id: string;
  queue: string;
  state: "waiting" | "offered" | "dialling";
  number: string;
  due_at: string;
  zone: string;
  attempts: number;
  owner: Person | null;
  /** No number is known: whoever accepts it sees to it. */
  by_hand: boolean;
}

/** When a customer may be phoned, by the clock of `zone`; `next_at` is the next such moment, for the queue that was
 * asked about when a booking would be due, or `why_never` says why there is none. `others`: another customer has the number, whose hours hold as well. */
export interface PhoneHours {
  number: string;
  zone: string;
  known_by: "customer" | "number" | "organization";
  hours: string;
  others?: boolean;
  next_at: string | null;
  why_never?: string | null;
}

export interface Score {
  at: string;
  csat: number | null;
  nps: number | null;
  comment?: string;
}

/** The screen pop: all that is known about a customer in one look. */
export interface Pop {
  customer: Customer;
  history: HistoryItem[];
  complaints: OpenComplaint[];
  recoveries: Recovery[];
  callbacks: PromisedCall[];
  satisfaction: Score[];
}

export interface RulesInForce {
  version: number;
  at: string;
  who: string;
}

export interface Why {
  rule?: string;
  considered?: number;
  best?: { agent: string; score: number; reasons: string[] }[];
  excluded?: Record<string, number>;
  rules?: RulesInForce | null;
}

export interface Offer extends Partial<Omit<Pop, "customer">> {
  offer_id: string;
  work_item: WorkItem;
  interaction: Card | null;
  customer: Customer;
  expires_at: string;
  made_at?: string;
  why: Why;
}

export interface QueueFigures {
  key: string;
  name?: string;
  waiting: number;
  longest_wait_s: number | null;
  /** Call-backs, promises, tasks and steps of complaints that wait. */
  other_work?: number;
  service_level: number | null;
  offered: number;
  answered: number;
  abandoned: number;
  short_abandoned?: number;
  overdue?: number;
  staffed: { engaged: number; ringing: number; wrap_up: number; available: number; not_ready: number };
  target?: { within_s: number; share: number };
  open?: boolean;
  closed_why?: string | null;
  closed_until?: string | null;
}

export interface Agent {
  id: string;
  name: string;
  state: PresenceState;
  reason: string;
  since: string;
  /** When the oldest offer that waits for their answer was made. */
  rings_since?: string | null;
  activity: "engaged" | "ringing" | "wrap_up" | "available" | "not_ready" | "offline";
  load: Record<Channel, number>;
  capacity?: Record<Channel, number>;
  queues: string[];
  skills?: Record<string, number>;
  languages?: string[];
  on: { interaction_id?: string | null; work_item_id?: string | null; channel: Channel; customer: string | Person; since: string }[];
  version?: number;
}

export interface Presence {
  state: PresenceState;
  reason: string;
  since: string;
}

export interface Me extends Person {
  role: string;
  email?: string;
  languages: string[];
  capacity?: Record<Channel, number>;
}

export interface CannedReply {
  key: string;
  title: string;
  text: string;
  language: string;
}

export interface Disposition {
  key: string;
  name: string;
}

export interface Category {
  code: string;
  name: string;
  parent: string | null;
}

export interface ConsoleSnapshot {
  seq: number;
  now?: string;
  presence: Presence;
  me: Me;
  interactions: Card[];
  work_items?: WorkItem[];
  offers: Offer[];
  /** The contacts of the last `unsaid_for_s` seconds of which I may still say what came of them. */
  unsaid?: Card[];
  unsaid_for_s?: number;
  queues: QueueFigures[];
  agents?: Agent[];
  not_ready_reasons?: Record<string, string>;
  dispositions?: Disposition[];
  canned_replies?: CannedReply[];
  categories?: Category[];
  skills?: Record<string, string>;
  /** The language model that drafts here; null where there is none. */
  model?: Model | null;
}

export interface Model {
  name: string;
  /** The machine where it is asked. */
  host: string;
  may_read: "articles" | "conversations";
}

/** What a language model wrote, from which sources: `title` of a message is who wrote it. `unsourced` names none. */
export interface ModelDraft {
  text: string;
  model: string;
  sources: { kind: "article" | "message" | "questions"; id: string; title: string; language: string }[];
  unsourced: string[];
  left_out: boolean;
}

export interface Alert {
  id: string;
  kind: string;
  tone?: "warn" | "bad";
  text: string;
  queue?: string;
  agent_id?: string;
  /** Of a closing: everybody who was in line, and what became of them. */
  people?: { interaction_id: string; became: string; text: string }[];
}

export interface FloorSnapshot {
  seq: number;
  now?: string;
  organization?: string;
  queues: QueueFigures[];
  agents: Agent[];
  interactions?: Card[];
  alerts?: Alert[];
  not_ready_reasons?: Record<string, string>;
}
