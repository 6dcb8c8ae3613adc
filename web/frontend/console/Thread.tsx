// What was said: the customer on the left, we on the right, notes across, with how far each of ours has come.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../icons";
import { State, Time } from "../parts/parts";
import { dateOf, moment, ms, now, sameDay, serverNow, span, timeOf } from "../time";
import { whoIs } from "../who";
import type { Attachment, Card, Message, Step } from "../wire";
import { t } from "../words";
import { link, outbox } from "./acts";
import { loadThread } from "./opening";
import { draft, setDraft } from "./drafts";
import { outgoingTo, takeBack, type Outgoing } from "./outbox";
import { queueName, thread } from "./store";
import { Ticks } from "./Ticks";
import { inWords as stepInWords, OneStep } from "./Way";

/** Nearer than this to the end, new messages keep the end in sight. */
const NEAR_END = 120;

export function Thread({ id, card, live }: { id: string; card?: Card | null; live: boolean }) {
  const ref = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const { messages, state, typing, way } = thread(id).value;
  const said = inOrder(card?.call?.way ?? way, messages);
  const mine = live ? outgoingTo(id) : [];
  const known = new Set(messages.map((message) => message.client_id));
  const waiting = mine.filter((one) => !known.has(one.client_id));
  useLayoutEffect(() => {
    if (ref.current && atEnd.current) ref.current.scrollTop = ref.current.scrollHeight;
  });
  useEffect(() => {
    atEnd.current = true;
    if (ref.current) ref.current.scrollTop = ref.current.scrollHeight;
  }, [id]);
  const scrolled = (): void => {
    const box = ref.current!;
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
  };
  const letters = card?.channel === "email";
  return (
    <div class={`thread${letters ? " letters" : ""}`} role="log" aria-label={card ? t("stage.messages_with", { name: whoIs(card) }) : t("stage.messages")} tabIndex={0} ref={ref} onScroll={scrolled}>
      {card && <Beginning card={card} />}
      {(state === "loading" || state === "unknown") && !messages.length && <Skeleton />}
      {state === "failed" && (
        <p class="msg event">
          <State tone="bad" icon="over">{t("stage.failed_load")}</State>{" "}
          <button class="btn quiet" type="button" onClick={() => void loadThread(id)}>{t("stage.again")}</button>
        </p>
      )}
      {said.map(({ at, message, step }, n) => (
        <Dated key={message?.id ?? `step-${n}`} before={said[n - 1]?.at ?? card?.arrived_at} at={at}>
          {message ? <OneMessage message={message} letters={letters} step={step} /> : <p class="msg event step"><OneStep step={step!} /> <Time at={ms(at)}>{timeOf(ms(at))}</Time></p>}
        </Dated>
      ))}
      {waiting.map((one) => <OnItsWay key={one.client_id} one={one} />)}
      {state === "known" && !said.length && !waiting.length && <p class="msg event">{t(card?.channel !== "voice" ? "stage.nothing" : card.direction === "out" ? "call.nothing_said" : "call.nothing")}</p>}
      {card && typing > now.value && <p class="msg event" role="status"><State icon="chat">{t("stage.typing", { name: whoIs(card) })}</State></p>}
    </div>
  );
}

interface Said {
  at: string;
  message?: Message;
  step?: Step;
}

/** What was said and what the caller did in the call flow, as it happened; what they said or were sent there stands in the place of its step. */
function inOrder(way: Step[], messages: Message[]): Said[] {
  if (!way.length) return messages.map((message) => ({ at: message.sent_at, message }));
  const known = new Map(messages.map((message) => [message.id, message]));
  const steps = way.map((step): Said => ({ at: step.at, step, message: known.get(step.message_id ?? "") }));
  const named = new Set(way.map((step) => step.message_id));
  const others = messages.filter((message) => !named.has(message.id)).map((message): Said => ({ at: message.sent_at, message }));
  // Both are in order already: a step comes before what was said at the same moment.
  return [...steps, ...others].sort((a, b) => ms(a.at) - ms(b.at));
}

function Skeleton() {
  return (
    <div class="stack waits" role="status" aria-label={t("stage.loading")}>
      <span class="skel" /><span class="skel" /><span class="skel" />
    </div>
  );
}

function Beginning({ card }: { card: Card }) {
  const at = ms(card.queued_at ?? card.arrived_at);
  const answered = ms(card.answered_at);
  const waited = Number.isNaN(answered) ? NaN : answered - at;
  const words = card.direction === "out"
    ? t("stage.started", { when: moment(at) })
    : t("stage.from_queue", { when: moment(at), queue: queueName(card.queue), span: span(Number.isNaN(waited) ? 0 : Math.max(0, waited)) });
  return <p class="msg event">{words}{card.channel === "voice" && card.subject && <> · {card.subject}</>}</p>;
}

function Dated({ before, at, children }: { before: string | undefined; at: string; children: ComponentChildren }) {
  const day = ms(at);
  const fresh = before ? !sameDay(ms(before), day) : !sameDay(day, serverNow());
  return (
    <>
      {fresh && <p class="msg event">{sameDay(day, serverNow()) ? t("today") : dateOf(day)}</p>}
      {children}
    </>
  );
}

function OneMessage({ message, letters, step }: { message: Message; letters: boolean; step?: Step }) {
  const { author, internal } = message;
  if (author.kind === "system") {
    return <p class="msg event pre">{message.text} <Time at={ms(message.sent_at)}>{timeOf(ms(message.sent_at))}</Time></p>;
  }
  const ours = author.kind !== "customer";
  const failed = message.delivery === "failed" || message.delivery === "bounced";
  const look = internal ? "note" : ours ? "ours" : letters ? "letter" : "";
  return (
    <div class={`msg ${look}${failed ? " failed" : ""}`}>
      {letters && !internal && <span class="meta"><b>{author.name}</b><Time at={ms(message.sent_at)}>{timeOf(ms(message.sent_at))}</Time></span>}
      {message.text && <p class="pre"><Linked text={message.text} /></p>}
      {message.quoted && (
        <details class="quoted">
          <summary>{t("stage.quoted")}</summary>
          <p class="pre dim">{message.quoted}</p>
        </details>
      )}
      <Files files={message.attachments} />
      <span class="meta" data-tone={internal ? "warn" : undefined}>
        {internal && <State icon="lock">{t("composer.note_by", { name: author.name })}</State>}
        {!internal && ours && !letters && <span>{step ? stepInWords(step) : author.name || t("stage.bot")}</span>}
        {!ours && step && <span>{t("way.understood")}</span>}
        {(!letters || internal) && <Time at={ms(message.sent_at)}>{timeOf(ms(message.sent_at))}</Time>}
        {ours && !internal && message.delivery && <Ticks delivery={message.delivery} reason={message.delivery_reason ?? ""} />}
      </span>
    </div>
  );
}

function OnItsWay({ one }: { one: Outgoing }) {
  const edit = (): void => {
    const back = takeBack(one.client_id);
    if (!back) return;
    const text = [back.text, draft(one.interaction_id).text].filter(Boolean).join("\n");
    setDraft(one.interaction_id, { text, internal: back.internal, attachments: back.attachments });
  };
  const up = link.state.value.kind === "up";
  return (
    <div class={`msg ${one.internal ? "note" : "ours"}${one.refused ? " failed" : ""}`}>
      {one.text && <p class="pre"><Linked text={one.text} /></p>}
      <Files files={one.attachments} />
      <span class="meta">
        {one.refused ? (
          <>
            <State tone="bad" icon="over">{t("delivery.not_sent", { reason: one.refused })}</State>
            <button class="link" type="button" onClick={() => outbox.retry(one.client_id)}>{t("delivery.retry")}</button>
            <button class="link" type="button" onClick={edit}>{t("delivery.edit")}</button>
          </>
        ) : (
          <State icon="clock">{up ? t("delivery.sending") : t("delivery.waiting")}</State>
        )}
      </span>
    </div>
  );
}

export function Files({ files, remove }: { files: Attachment[]; remove?: (id: string) => void }) {
  if (!files.length) return null;
  return (
    <p class="line wrap files">
      {files.map((file) => (
        <span class="chip" key={file.id}>
          <Icon name="clip" />
          {file.url && !remove ? <a href={file.url} download={file.name}>{file.name}</a> : file.name} · {size(file.size)}
          {remove && (
            <button class="link" type="button" aria-label={t("composer.remove", { name: file.name })} onClick={() => remove(file.id)}>
              <Icon name="x" />
            </button>
          )}
        </span>
      ))}
    </p>
  );
}

function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const ADDRESS = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/;

/** Text with its web addresses as links. It is text throughout: nothing in it is ever markup. */
function Linked({ text }: { text: string }) {
  return (
    <>
      {text.split(ADDRESS).map((part, n) =>
        n % 2 ? <a key={n} href={part} target="_blank" rel="noopener noreferrer nofollow">{part}</a> : part,
      )}
    </>
  );
}
