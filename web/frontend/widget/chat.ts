// The conversation: what was said, what waits to be sent, where it stands. It knows the desk's events and
// nothing of the screen. Three promises: what was written is kept until the desk has it; what the desk
// sends twice is one message; and the position from which to go on is never ahead of what was received.
import { io, type Socket } from "socket.io-client";
import { Kept, NOTHING, type Closed, type Message, type Phase, type Saved, type Unsent } from "./kept";

export interface Beginning {
  text: string;
  name?: string;
  email?: string;
  topic?: string;
  page: string;
  language: string;
}

export interface Article {
  title: string;
  slug: string;
  /** Stands for what was asked: so the article's page can say whether it helped. */
  question: string;
}

interface Answer {
  ok: boolean;
  message_id?: string;
  seq?: number;
  error?: { code: string };
}

interface Standing {
  seq?: number;
  state: string;
  position?: number | null;
  wait_s?: [number, number] | null;
  agent?: { name: string } | null;
  survey?: boolean;
  closed?: Closed | null;
}

const WAITING = ["self_service", "queued", "offered"];
const TALKING = ["active", "on_hold", "snoozed"];
/** An answer is owed within this time; then we ask again under the same client_id. */
const ANSWER_MS = 10_000;
const AGAIN_MS = 4_000;
/** The desk takes no more for now: asked again ever more slowly, this slowly at last. */
const SLOWEST_MS = 30_000;
/** A shorter break is not worth a word. */
const BREAK_MS = 1_500;
const TYPING_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
/** A conversation that ended longer ago is not shown to whoever sits here next. */
const FORGET_MS = 24 * 3_600_000;

export class Chat {
  saved: Saved;
  unsent: Unsent[];
  connected = false;
  /** The connection has been gone for so long that the customer should know. */
  lost = false;
  /** The desk has said that this was too much at once; what was written waits. */
  slowed = false;
  typing = false;
  suggestions: Article[] = [];
  /** What is closed now, by topic; the empty one is that of whoever names none. */
  closed: Record<string, Closed | null> = {};
  /** When an automatic assistant answers first: never, always, or while the queue is open or closed. */
  assistant = "never";
  /** What is chosen in the form before a chat. */
  topic = "";

  private readonly kept: Kept;
  private readonly socket: Socket;
  private changed: () => void = () => undefined;
  private watched = () => false;
  private readyToSend = false;
  private replaying = false;
  /** The furthest position heard of while the gap before it is still being filled. */
  private ahead = 0;
  private stood = 0;
  private sending = false;
  private typedAt = 0;
  private typingEnds = 0;
  private breakTimer = 0;
  private knockTimer = 0;

  constructor(server: string) {
    this.kept = new Kept(server);
    this.saved = this.kept.load();
    const last = this.saved.messages.at(-1);
    if (this.saved.phase === "ended" && last && Date.now() - Date.parse(last.sent_at) > FORGET_MS) this.leave();
    this.unsent = this.kept.unsent();
    this.socket = io(`${server}/chat`, {
      transports: ["websocket"],
      autoConnect: false,
      timeout: 8_000,
      reconnectionDelay: 500,
      reconnectionDelayMax: 8_000,
      auth: (give) => give(this.saved.visitor ? { visitor: this.saved.visitor } : {}),
    });
    this.listen();
  }

  /** Who is told of changes, and who says whether the customer has the conversation before their eyes. */
  attach(changed: () => void, watched: () => boolean): void {
    this.changed = changed;
    this.watched = watched;
  }

  get running(): boolean {
    return this.saved.phase === "waiting" || this.saved.phase === "talking";
  }

  chose(topic: string): void {
    this.topic = topic;
    this.changed();
  }

  /** Whether the queue that a topic leads to is closed; a topic that names none leads to the widget's own. */
  closedTo(topic: string): Closed | null {
    return (topic in this.closed ? this.closed[topic] : this.closed[""]) ?? null;
  }

  /** Whether a machine would answer first who writes now. */
  get answersFirst(): boolean {
    return this.assistant === "always" || this.assistant === (this.closedTo(this.topic) ? "closed" : "open");
  }

  connect(): void {
    if (!this.socket.active) this.socket.connect();
  }

  /** Lets go of the line where nothing is going on. */
  rest(): void {
    if (!this.running && !this.pending().length) this.socket.disconnect();
  }

  begin({ text, ...start }: Beginning): void {
    this.leave();
    this.saved.phase = "waiting";
    for (const one of this.unsent) this.kept.release(one.client_id);
    this.write({ client_id: newId(), at: Date.now(), text, start });
  }

  send(text: string): void {
    this.saved.draft = "";
    this.write({ client_id: newId(), at: Date.now(), text });
  }

  /** Says the words of a button; what stands in the composer stays there. */
  choose(text: string): void {
    this.write({ client_id: newId(), at: Date.now(), text, chosen: true });
  }

  again(client_id: string): void {
    const found = this.unsent.find((one) => one.client_id === client_id);
    if (found) this.write({ ...found, refused: false });
  }

  /** Keeps what stands in the composer; tells the agent that something is being written. */
  drafted(text: string): void {
    this.saved.draft = text;
    this.kept.save(this.saved);
    const now = Date.now();
    if (text && this.running && this.readyToSend && now - this.typedAt > TYPING_EVERY_MS) {
      this.typedAt = now;
      this.socket.emit("message.typing", {});
    }
  }

  opened(open: boolean): void {
    this.saved.open = open;
    this.seen();
    this.keep();
  }

  /** What the agent wrote counts as read once it stood before the customer's eyes. */
  seen(): void {
    if (!this.watched() || !this.saved.unread) return;
    this.saved.unread = 0;
    this.tellRead();
    this.keep();
  }

  private tellRead(): void {
    const newest = this.saved.messages.filter((one) => one.author.kind === "agent").at(-1);
    if (newest && this.readyToSend && this.watched()) this.socket.emit("message.read", { message_id: newest.id });
  }

  /** Whether it has ended; what is on its way, and may have begun by now, can be ended a moment later. */
  async end(): Promise<boolean> {
    // It has not begun, and need not any more: the words go back to where they were written.
    if (this.starting()) return this.slowed && (this.renew(), true);
    const answer = await this.ask("chat.end", {});
    if (answer?.ok || answer?.error) this.stand({ state: "closed", survey: this.saved.survey });
    return Boolean(answer);
  }

  async rate(csat: number): Promise<void> {
    const answer = await this.ask("survey.answer", { csat });
    if (answer?.ok) this.saved.rated = csat;
    else if (answer) this.saved.survey = false;
    this.keep();
  }

  /** Leaves an ended conversation; what was not sent becomes the draft of the next one. */
  renew(): void {
    const left = this.unsent.map((one) => one.text);
    for (const one of this.unsent) this.kept.release(one.client_id);
    const draft = [...left, this.saved.draft].filter(Boolean).join("\n");
    this.leave();
    this.saved.draft = draft;
    this.unsent = [];
    this.keep();
  }

  /** The desk may go on with the same contact: what was said so far stays out of sight, not what comes. */
  private leave(): void {
    const { visitor, seq, open, since, messages } = this.saved;
    this.saved = { ...NOTHING, visitor, seq, open, since: messages.at(-1)?.sent_at ?? since };
    this.suggestions = [];
  }

  private listen(): void {
    const { socket } = this;
    socket.on("connect", () => {
      clearTimeout(this.breakTimer);
      this.breakTimer = 0;
      this.connected = true;
      this.lost = false;
      this.changed();
    });
    socket.on("disconnect", (reason) => {
      this.gone();
      if (reason === "io server disconnect") this.knock();
    });
    socket.on("connect_error", () => {
      this.gone();
      if (!socket.active) this.knock();
    });
    socket.on("welcome", (said: { visitor?: string; closed?: Record<string, Closed | null>; assistant?: string }) => {
      this.closed = said.closed ?? {};
      this.assistant = said.assistant ?? "never";
      void this.welcome(said.visitor ?? "");
    });
    socket.on("openings.changed", (said: { closed: Record<string, Closed | null> }) => {
      this.closed = said.closed;
      this.changed();
    });
    socket.on("message.new", (said: { seq: number; message: Message }) => {
      this.heardOf(said.seq);
      if (said.message.sent_at > this.saved.since) this.heard(said.message);
      this.keep();
    });
    socket.on("message.typing", () => this.agentTypes());
    socket.on("chat.changed", (said: Standing) => this.stand(said));
    socket.on("suggestions", (said: { articles?: Article[] }) => {
      this.suggestions = said.articles ?? [];
      this.changed();
    });
    addEventListener("online", () => {
      if (socket.active && !socket.connected) socket.disconnect().connect();
    });
    this.kept.watch(() => {
      this.unsent = this.kept.unsent();
      this.changed();
    });
  }

  private gone(): void {
    this.connected = this.readyToSend = this.typing = false;
    this.breakTimer ||= window.setTimeout(() => {
      this.lost = true;
      this.changed();
    }, BREAK_MS);
    this.changed();
  }

  /** The library does not try again by itself where the desk closed the door. */
  private knock(): void {
    clearTimeout(this.knockTimer);
    this.knockTimer = window.setTimeout(() => this.socket.connect(), AGAIN_MS * (1 + Math.random()));
  }

  private async welcome(visitor: string): Promise<void> {
    if (visitor) this.saved.visitor = visitor;
    this.keep();
    if (this.saved.phase !== "new" && !this.starting()) await this.resume();
    this.readyToSend = this.socket.connected;
    if (this.running) this.tellRead();
    await this.flush();
  }

  /** Fills the gap since the last visit. What comes live meanwhile may be ahead of the gap's end. */
  private async resume(): Promise<void> {
    this.replaying = true;
    this.ahead = this.saved.seq;
    const answer = await this.ask("resume", { seq: this.saved.seq });
    this.replaying = false;
    if (answer?.ok) this.saved.seq = Math.max(this.saved.seq, this.ahead, answer.seq ?? 0);
    else if (answer?.error?.code === "not_found" && this.running && !this.starting()) this.saved.phase = "ended";
    this.keep();
  }

  private heardOf(seq: number | undefined): void {
    if (!seq) return;
    if (this.replaying) this.ahead = Math.max(this.ahead, seq);
    else this.saved.seq = Math.max(this.saved.seq, seq);
  }

  private heard(message: Message): void {
    const { messages } = this.saved;
    const at = messages.findIndex((one) => one.id === message.id || (one.client_id && one.client_id === message.client_id));
    if (at >= 0) messages[at] = { ...messages[at], ...message };
    else {
      messages.push(message);
      if (message.author.kind !== "customer") {
        this.saved.unread += 1;
        this.typing = false;
      }
    }
    messages.sort((one, other) => one.sent_at.localeCompare(other.sent_at));
    if (message.author.kind === "agent" && message.author.name) this.saved.agent = message.author.name;
    if (message.client_id) this.sent(message.client_id);
    this.seen();
  }

  private stand(said: Standing): void {
    this.heardOf(said.seq);
    if (said.seq && said.seq < this.stood) return;
    this.stood = said.seq ?? this.stood;
    const phase: Phase = WAITING.includes(said.state) ? "waiting" : TALKING.includes(said.state) ? "talking" : "ended";
    // The end of a conversation that was left already is no news.
    if (phase === "ended" && (this.saved.phase === "new" || this.starting())) return;
    Object.assign(this.saved, {
      phase,
      held: said.state === "on_hold",
      bot: said.state === "self_service",
      place: phase === "waiting" ? (said.position ?? 0) : 0,
      wait: phase === "waiting" ? (said.wait_s ?? null) : null,
      closed: phase === "waiting" ? (said.closed ?? null) : null,
      agent: said.agent?.name ?? this.saved.agent,
      survey: said.survey ?? false,
    });
    if (phase === "ended") this.typing = false;
    this.keep();
  }

  private agentTypes(): void {
    this.typing = this.running;
    this.changed();
    clearTimeout(this.typingEnds);
    this.typingEnds = window.setTimeout(() => {
      this.typing = false;
      this.changed();
    }, TYPING_MS);
  }

  /** Whether the text that begins a conversation is still on its way. */
  starting(): boolean {
    return this.unsent.some((one) => one.start);
  }

  private pending(): Unsent[] {
    return this.unsent.filter((one) => !one.refused);
  }

  private write(unsent: Unsent): void {
    this.kept.hold(unsent);
    this.unsent = this.kept.unsent();
    this.keep();
    this.connect();
    void this.flush();
  }

  private sent(client_id: string): void {
    this.kept.release(client_id);
    this.unsent = this.kept.unsent();
  }

  /** Sends what waits, one after the other, until nothing waits or the line is gone. */
  private async flush(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.unsent = this.kept.unsent();
    let pause = AGAIN_MS / 2;
    for (let next = this.pending()[0]; next && this.readyToSend; next = this.pending()[0]) {
      const { client_id, text, start, chosen } = next;
      const said = { text, client_id, ...(chosen && { chosen }), ...start };
      const answer = await this.ask(start ? "chat.start" : "message.send", said);
      this.slowed = answer?.error?.code === "rate_limited";
      if (answer?.ok) {
        pause = AGAIN_MS / 2;
        this.arrived(next, answer.message_id ?? client_id);
      } else if (!answer || this.slowed) {
        this.changed();
        await new Promise((done) => setTimeout(done, pause));
        if (this.slowed) pause = Math.min(pause * 2, SLOWEST_MS);
      } else this.kept.hold({ ...next, refused: true });
      this.unsent = this.kept.unsent();
      this.changed();
    }
    this.slowed = false;
    this.changed();
    this.sending = false;
  }

  /** The desk has it; its own event may have said so already. */
  private arrived({ client_id, text, at }: Unsent, id: string): void {
    const { messages } = this.saved;
    if (!messages.some((one) => one.id === id || one.client_id === client_id)) {
      messages.push({ id, client_id, author: { kind: "customer", name: "" }, text, sent_at: new Date(at).toISOString() });
    }
    this.sent(client_id);
    this.keep();
  }

  /** Asks the desk and waits for its word; undefined where none came. */
  private async ask(event: string, data: object): Promise<Answer | undefined> {
    if (!this.socket.connected) return undefined;
    try {
      return (await this.socket.timeout(ANSWER_MS).emitWithAck(event, data)) as Answer;
    } catch {
      return undefined;
    }
  }

  private keep(): void {
    this.kept.save(this.saved);
    this.changed();
  }
}

/** An id that also works where the page is not a secure context. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
