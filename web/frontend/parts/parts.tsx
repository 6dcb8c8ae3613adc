// Small parts that every screen uses.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../icons";
import { shown } from "../keys";
import { exact, now } from "../time";
import { clock } from "../time";
import { t } from "../words";

export type Tone = "info" | "ok" | "warn" | "bad" | undefined;

export function Kbd({ keys }: { keys: string }) {
  return <kbd aria-hidden="true">{shown(keys)}</kbd>;
}

/** A state: an icon and a word, so that colour is never the only sign. */
export function State({ tone, icon, children, class: more = "" }: { tone?: Tone; icon?: IconName; children: ComponentChildren; class?: string }) {
  return (
    <span class={`state ${more}`} data-tone={tone}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

/** A moment in words, exact on hover. */
export function Time({ at, children, class: more }: { at: number; children: ComponentChildren; class?: string }) {
  if (Number.isNaN(at)) return <span class={more}>{children}</span>;
  return (
    <time class={more} dateTime={new Date(at).toISOString()} title={exact(at)}>
      {children}
    </time>
  );
}

/** Minutes and seconds since `at`, running. */
export function Running({ at }: { at: number }) {
  return <>{Number.isNaN(at) ? "" : clock((now.value - at) / 1000)}</>;
}

/** A share against its target; the width goes in by script, since the page allows no style in markup. */
export function Bar({ value, goal, tone, label }: { value: number; goal: number; tone?: Tone; label: string }) {
  return <span class="bar" data-tone={tone} role="img" aria-label={label} style={{ "--v": value, "--goal": goal }} />;
}

/** A dialog of the browser: it holds the focus, Esc closes it, and the focus returns to where it was. */
export function Dialog({ title, close, children, wide }: { title: string; close: () => void; children: ComponentChildren; wide?: boolean }) {
  const ref = useRef<HTMLDialogElement>(null);
  const stands = useRef(true);
  // Before it is drawn: a quick hand's next key is meant for it.
  useLayoutEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    return () => {
      stands.current = false;
      // Once it has gone: nothing behind a dialog takes the focus while it stands.
      queueMicrotask(() => before instanceof HTMLElement && before.isConnected && before.focus());
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={`dialog${wide ? " wide" : ""}`}
      aria-label={title}
      // The browser's word of it may come when the next dialog has been asked for: it is about this one alone.
      onClose={() => stands.current && close()}
      onClick={(event) => event.target === ref.current && close()}
    >
      <header class="line">
        <h2>{title}</h2>
        <button class="btn quiet only push" type="button" aria-label={t("close")} onClick={close}>
          <Icon name="x" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** What is wrong with a field, or else what may be said of it; named by `id` for `aria-describedby`. */
export function Hint({ wrong, otherwise, id }: { wrong?: string; otherwise?: ComponentChildren; id?: string }) {
  if (wrong !== undefined) return <p class="hint" id={id}><State tone="bad" icon="over">{wrong}</State></p>;
  return otherwise ? <p class="hint" id={id}>{otherwise}</p> : null;
}

export interface Choice {
  id: string;
  words: string;
  icon?: IconName;
  tone?: Tone;
  keys?: string;
  hint?: string;
  checked?: boolean;
  run: () => void;
}

/** A menu below its button: arrows, Home, End and first letters move, Esc closes. */
export function Menu({ choices, label, close, radio }: { choices: Choice[]; label: string; close: () => void; radio?: boolean }) {
  const ref = useRef<HTMLDivElement>(null);
  const entries = (): HTMLElement[] => [...(ref.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
  useEffect(() => {
    const away = (event: Event): void => {
      if (!ref.current?.parentElement?.contains(event.target as Node)) close();
    };
    addEventListener("pointerdown", away);
    (entries().find((entry) => entry.ariaChecked === "true") ?? entries()[0])?.focus();
    return () => removeEventListener("pointerdown", away);
  }, []);
  const move = (event: KeyboardEvent): void => {
    const all = entries();
    const here = all.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here - 1 + all.length, Home: 0, End: all.length - 1 };
    if (event.key === "Escape" || event.key === "Tab") close();
    if (event.key === "Escape") (ref.current?.parentElement?.querySelector("[aria-haspopup]") as HTMLElement | null)?.focus();
    const target = to[event.key];
    if (target !== undefined) all[target % all.length]?.focus();
    if (target !== undefined || event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div class="menu drop" role="menu" aria-label={label} ref={ref} onKeyDown={move}>
      {choices.map((choice) => (
        <button
          key={choice.id}
          type="button"
          role={radio || choice.checked !== undefined ? (radio ? "menuitemradio" : "menuitemcheckbox") : "menuitem"}
          aria-checked={choice.checked}
          tabIndex={-1}
          onClick={() => {
            close();
            choice.run();
          }}
        >
          {choice.icon && <Icon name={choice.icon} />}
          <span class="cut">{choice.words}</span>
          {choice.hint && <span class="dim push">{choice.hint}</span>}
          {choice.keys && <span class="push"><Kbd keys={choice.keys} /></span>}
        </button>
      ))}
    </div>
  );
}
