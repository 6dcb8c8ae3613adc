// A form keeps what is typed into it until that has been saved, and offers what other pages on the same thing kept:
// nothing is put in unasked, as somebody may have saved other words since.
import { forget, isOf, keep, keepOutrunning, keepSent, keptElsewhere, newName, fieldsOf, type Caret, type Kept, type Sent } from "./kept";
import { notice } from "./notices";

const CALM_MS = 350;

export interface Keeping {
  /** Something stands in the form that was not saved. */
  changed: () => boolean;
  /** It has been changed, by whatever. */
  typed: () => void;
  /** It is about to be sent; `outrun` says that more has been typed since it was to be. */
  leave: (outrun: boolean, caret?: Caret | null) => void;
}

interface Told {
  /** What this tab sent and was not taken: the form that holds it goes on under its name. */
  refused: Sent | null;
  /** The page came back with what was sent. */
  again: boolean;
  /** Somebody pauses. */
  calm?: () => void;
  /** What was kept has been put in. */
  taken?: () => void;
}

export function keeping(form: HTMLFormElement, { refused, again, calm, taken }: Told): Keeping {
  let timer = 0;
  let changed = again;
  // What comes back refused goes on being kept as what was sent, unless more was typed since: that is offered beside it.
  const outrun = refused?.outrun ?? false;
  let name = again && !outrun && refused && isOf(form, refused.name) ? refused.name : newName(form);

  const settle = (): void => {
    clearTimeout(timer);
    if (timer) keep(form, name);
    timer = 0;
  };
  const typed = (): void => {
    changed = true;
    keepOutrunning(form, name);
    clearTimeout(timer);
    timer = window.setTimeout(() => (settle(), calm?.()), CALM_MS);
  };
  const offer = (): void => {
    for (const old of form.querySelectorAll(".alert[data-kept]")) old.remove();
    for (const one of keptElsewhere(form, name)) offered(form, one, () => take(one));
  };
  const take = (one: Kept): void => {
    // What was typed on this page is kept as well, and offered in its turn.
    if (changed) keep(form, name);
    name = newName(form);
    for (const field of fieldsOf(form)) {
      const was = field.value;
      if (field.name in one.words) field.value = one.words[field.name]!;
      if (field.value === "" && field instanceof HTMLSelectElement) field.value = was; // there is no such choice any more
    }
    keep(form, name);
    forget(one.name);
    typed();
    offer();
    taken?.();
  };
  form.addEventListener("input", typed);
  addEventListener("pagehide", settle);
  if (changed && outrun) keep(form, name);
  if (changed) calm?.();
  if (!changed || outrun) offer();
  return {
    changed: () => changed,
    typed,
    leave: (outrun, caret = null) => {
      changed = false;
      clearTimeout(timer);
      timer = 0;
      keepSent(form, name, caret, outrun);
    },
  };
}

function offered(form: HTMLFormElement, one: Kept, take: () => void): void {
  const bar = notice(form, "warn", `What you typed here before was not saved, and is kept on this machine: “${differing(form, one)}”. It may still stand in another tab.`);
  bar.dataset.kept = "";
  for (const [label, run] of [["Take it back", take], ["Forget it", () => forget(one.name)]] as const) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = label;
    button.addEventListener("click", () => (bar.remove(), run()));
    bar.append(button);
  }
  form.closest("details")?.setAttribute("open", "");
}

/** What tells it from what the form says: of several for one text all have the same title. */
function differing(form: HTMLFormElement, { words }: Kept): string {
  const said = fieldsOf(form).filter((field) => !(field instanceof HTMLSelectElement) && words[field.name]?.trim());
  const field = said.find(({ name, value }) => words[name] !== value) ?? said[0];
  const text = field ? words[field.name]! : "";
  let same = 0;
  while (same < text.length && text[same] === field!.value[same]) same++;
  const rest = text.slice(same).trim();
  return rest && same ? `… ${rest.slice(0, 60)}` : text.trim().slice(0, 60);
}
