// The screen pop: who this is and what is between us, before the first word.
import { Icon, iconOf } from "../icons";
import { Kbd, State, Time, type Tone } from "../parts/parts";
import { coarse, dateOf, due, minute, ms, when, type Due } from "../time";
import { whoIs } from "../who";
import type { Customer, HistoryItem, Offer, OpenComplaint, Pop, Recovery, Score, Step } from "../wire";
import { count, language, say, t } from "../words";
import { Suggested } from "./Articles";
import { CallButton } from "./calling";
import { GuideWalk } from "./GuideWalk";
import { dialog, loadPop, isAlone, show, shownCustomer } from "./opening";
import { PromisedCalls } from "./Promised";
import { offer, offerInPop, open, openCard, openTask, pop } from "./store";
import { onOneLine, Way } from "./Way";

export function PopPane() {
  const ringing = offer.value;
  const customerId = shownCustomer();
  const other = whoIs(openCard.value ?? openTask.value ?? {});
  const offered = ringing && offerInPop.value;
  return (
    <div class="pop" role={isAlone("customer") ? "main" : "complementary"} aria-label={t("pop.title")} tabIndex={0}>
      {offered && (
        <p class="whose cut">
          <span>{t(ringing.interaction?.channel === "voice" ? "pop.whose_voice" : "pop.whose")}</span>{" "}
          <Kbd keys="Escape" /> {customerId ? t("pop.back", { name: other }) : t("pop.back_none")}
        </p>
      )}
      {ringing && !offered && (
        <p class="whose">
          <button class="link" type="button" onClick={() => (offerInPop.value = true)}>{t("pop.offered")}</button>
        </p>
      )}
      {offered ? <Known pop={fromOffer(ringing)} about={ringing.interaction?.id} way={ringing.interaction?.call?.way} /> : customerId ? <Looked id={customerId} key={customerId} /> : <Empty />}
    </div>
  );
}

function fromOffer(ringing: Offer): Pop {
  const { customer, history = [], complaints = [], recoveries = [], callbacks = [], satisfaction = [] } = ringing;
  return { customer, history, complaints, recoveries, callbacks, satisfaction };
}

function Empty() {
  return (
    <section class="empty">
      <h2>{t("pop.title")}</h2>
      <p>{t("pop.empty")}</p>
    </section>
  );
}

function Looked({ id }: { id: string }) {
  const known = pop(id).value;
  if (known === "loading") {
    return (
      <>
        <section class="stack" role="status" aria-label={t("pop.loading")}><span class="skel" /><span class="skel" /><span class="skel" /></section>
        <Guide />
      </>
    );
  }
  if (known === "failed") {
    return (
      <>
        <section>
          <State tone="bad" icon="over">{t("pop.failed")}</State>{" "}
          <button class="btn quiet" type="button" onClick={() => void loadPop(id, true)}>{t("stage.again")}</button>
        </section>
        <Guide />
      </>
    );
  }
  // How sure we are is a matter of this contact, not of the customer.
  const certainty = openCard.value?.customer.certainty ?? known.customer.certainty;
  return <Known pop={{ ...known, customer: { ...known.customer, certainty } }} about={openCard.value?.id} way={openCard.value?.call?.way} calls />;
}

/** A guide is walked also where it is not known who the customer is. */
const Guide = () => openCard.value && <GuideWalk card={openCard.value} />;

function Known({ pop: { customer, complaints, recoveries, callbacks, history, satisfaction }, about, way, calls }: { pop: Pop; about?: string; way?: Step[]; calls?: boolean }) {
  return (
    <>
      <Who customer={customer} calls={calls} />
      {way && way.length > 0 && <Way way={way} />}
      <PromisedCalls list={callbacks} cancels={calls} />
      {complaints.length > 0 && (
        <section>
          <h3>{count("pop.complaints", complaints.length)} <span class="dim">{complaints.length}</span></h3>
          <div class="stack">{complaints.map((one) => <Complaint key={one.id} complaint={one} />)}</div>
        </section>
      )}
      <Recoveries list={recoveries} />
      <History list={history} />
      {about && <Suggested id={about} card={calls ? openCard.value : null} />}
      <Satisfaction scores={satisfaction} />
    </>
  );
}

const CERTAINTY: Record<string, { tone: Tone; icon: "done" | "alert" | "user" }> = {
  certain: { tone: "ok", icon: "done" },
  maybe: { tone: "warn", icon: "alert" },
  new: { tone: undefined, icon: "user" },
};

/** Who it is; a customer of mine can be called. */
function Who({ customer, calls }: { customer: Customer; calls?: boolean }) {
  const look = CERTAINTY[customer.certainty] ?? CERTAINTY.new!;
  const place = customer.time_zone?.split("/").pop()?.replaceAll("_", " ");
  const about = [customer.language && language(customer.language), place].filter(Boolean).join(" · ");
  const since = customer.since ? t("pop.since", { year: new Date(customer.since).getFullYear() }) : "";
  const safety = Object.entries(customer.contact_safety ?? {}).filter(([, value]) => value).map(([key, value]) => say("safety", key) + (value === true ? "" : ` ${String(value)}`));
  const addresses = (customer.addresses ?? []).filter((one) => one.kind !== "chat");
  const reach = addresses.filter((one) => !calls || one.kind !== "phone").map((one) => one.value);
  const numbers = calls ? addresses.filter((one) => one.kind === "phone") : [];
  return (
    <section>
      <h2 class="line name"><span class="cut">{whoIs({ customer })}</span>{customer.tier && <span class="chip push">{say("tier", customer.tier)}</span>}</h2>
      <p class="line wrap">
        {customer.certainty && <State tone={look.tone} icon={look.icon}>{say("pop", customer.certainty)}</State>}
        {about && <span class="dim">{about}</span>}
      </p>
      {(reach.length > 0 || since) && <p class="dim reach">{[...reach, since].filter(Boolean).join(" · ")}</p>}
      {calls && (
        <p class="line wrap numbers">
          {numbers.map((one) => <CallButton key={one.value} number={one.value} named />)}
          <button class="btn" type="button" title={t("callback.book")} onClick={() => (dialog.value = "callback")}>
            <Icon name="later" />{t("callback.open")} <Kbd keys="Alt+R" />
          </button>
        </p>
      )}
      {(customer.vulnerable || customer.note || safety.length > 0) && (
        <p class="line wrap flags">
          {safety.map((words) => <span class="chip" data-tone="warn" key={words}><Icon name="shield" />{words}</span>)}
          {customer.vulnerable && <span class="chip" data-tone="warn"><Icon name="shield" />{t("pop.vulnerable")}</span>}
          {customer.note && <span class="chip note">{customer.note}</span>}
        </p>
      )}
    </section>
  );
}

function clockOf(iso: string | null): Due | null {
  return iso ? due(ms(iso), minute.value) : null;
}

function Complaint({ complaint }: { complaint: OpenComplaint }) {
  const left = clockOf(complaint.due_at);
  const tone = left?.tone ?? (left && ms(complaint.due_at) - minute.value < 2 * 86_400_000 ? "warn" : undefined);
  const values = { number: complaint.number, state: say("state", complaint.state).toLowerCase(), next: complaint.next_action ? say("action", complaint.next_action).toLowerCase() : "" };
  const span = left && (left.tone ? left.words : coarse(ms(complaint.due_at) - minute.value));
  return (
    <a class="due" data-tone={tone} href={`/complaints/${complaint.id}`} target="_blank">
      <b class="cut">{complaint.title}</b>
      {left && <State icon={left.icon} tone={tone}><Time at={ms(complaint.due_at)}>{span}</Time></State>}
      <span class="dim small">{t(values.next ? "pop.complaint_next" : "pop.complaint_line", values)}</span>
    </a>
  );
}

function Recoveries({ list }: { list: Recovery[] }) {
  if (!list.length) return null;
  return (
    <section>
      <h3>{t("pop.recoveries")} <span class="dim">{list.length}</span></h3>
      <ul class="tl flat">
        {list.map((one) => {
          const left = clockOf(one.next?.due_at ?? null);
          return (
            <li key={one.id} data-tone={left?.tone}>
              <Icon name="recovery" />
              <span>{one.next?.title ?? t("pop.recovery_running")}</span>
              {left && <Time class="dim small" at={ms(one.next!.due_at)}>{left.words}</Time>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const SHOWN = 12;

function History({ list }: { list: HistoryItem[] }) {
  const past = list.slice(0, SHOWN);
  return (
    <section>
      <h3 class="line">{t("pop.last")}{list.length > 0 && <span class="push dim small">{t("pop.count", { n: list.length })}</span>}</h3>
      {past.length === 0 && <p class="dim">{t("pop.first")}</p>}
      <ul class="tl">{past.map((item) => <Contact key={item.id} item={item} />)}</ul>
    </section>
  );
}

function Contact({ item }: { item: HistoryItem }) {
  const here = open.value?.id === item.id;
  const title = item.title || say("channel", item.channel ?? "");
  const what = item.kind === "interaction" || !item.kind ? say("channel", item.channel ?? "") : say("kind", item.kind);
  const state = say("state", item.state).toLowerCase();
  const way = !here && item.way?.length ? onOneLine(item.way) : "";
  return (
    <li data-tone={item.kind === "complaint" ? "bad" : undefined}>
      <Icon name={iconOf(item.channel, item.kind === "interaction" ? undefined : item.kind)} />
      {item.kind === "complaint" ? (
        <a class="cut" href={`/complaints/${item.id}`} target="_blank">{title}</a>
      ) : item.kind === "interaction" && item.readable !== false && !here ? (
        <button class="link cut" type="button" onClick={() => show({ kind: "past", id: item.id })}>{title}</button>
      ) : (
        <span class="cut" title={item.readable === false ? t("pop.elsewhere") : undefined}>{title}</span>
      )}
      <Time class="dim small" at={ms(item.at)}>{when(ms(item.at))}</Time>
      {way && <span class="small few" title={way}>{way}</span>}
      <span class="small">{[here ? t("pop.this") : item.readable === false ? t("pop.elsewhere") : what, state].filter(Boolean).join(" · ")}</span>
    </li>
  );
}

function Satisfaction({ scores }: { scores: Score[] }) {
  if (!scores.length) return null;
  const oldest = [...scores].sort((a, b) => ms(a.at) - ms(b.at));
  const csat = oldest.filter((one) => one.csat !== null && one.csat !== undefined);
  const last = csat.at(-1)?.csat ?? null;
  const nps = oldest.filter((one) => one.nps !== null && one.nps !== undefined).at(-1);
  const bad = last !== null && last <= 2;
  const words = [csat.map((one) => one.csat).join(", "), nps ? t("pop.nps", { n: nps.nps!, day: dateOf(ms(nps.at)) }) : ""].filter(Boolean).join(" · ");
  const comment = oldest.at(-1)?.comment;
  return (
    <section>
      <h3 class="line">
        {t("pop.satisfaction")}
        {last !== null && <State tone={bad ? "bad" : undefined} icon={bad ? "over" : undefined} class="push">{t("pop.last_csat", { n: last })}</State>}
      </h3>
      <p class="line">
        {csat.length > 1 && <Spark values={csat.map((one) => one.csat!)} />}
        <span class="dim small">{words}</span>
      </p>
      {comment && <p class="small dim">“{comment}”</p>}
    </section>
  );
}

/** Scores from 1 to 5, oldest first. */
function Spark({ values }: { values: number[] }) {
  const x = (n: number): number => 2 + (n * 67) / (values.length - 1);
  const y = (value: number): number => 16 - ((value - 1) / 4) * 13;
  const path = values.map((value, n) => `${n ? "L" : "M"}${x(n).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return (
    <svg class="chart spark" viewBox="0 0 72 18" role="img" aria-label={t("pop.scores", { list: values.join(", ") })}>
      <path class="trend" d={path} />
      <circle class="now" cx={x(values.length - 1)} cy={y(values.at(-1)!)} r="2.5" />
    </svg>
  );
}
