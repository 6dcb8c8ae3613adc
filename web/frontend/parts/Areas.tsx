// The ways from one screen of the staff to the others: those that this user may open.
import type { Action } from "../keys";
import { t, type Word } from "../words";

const AREAS: Record<string, Word> = {
  "/console": "area.console", "/floor": "area.floor", "/callbacks": "area.callbacks", "/complaints": "area.complaints", "/reports": "area.reports",
  "/knowledge": "area.knowledge",
  "/admin/hours": "area.hours", "/admin": "area.admin",
};

function allowed(): [path: string, words: Word][] {
  const mine = (document.body.dataset.areas ?? "").split(" ");
  return Object.entries(AREAS).filter(([path]) => mine.includes(path));
}

/** What a narrow console has no room for beside the queues; the palette leads there too. */
const WIDE_ONLY = ["/callbacks", "/knowledge"];

/** `beside` opens the others in a tab of their own: the screen stays, and with it what rings there. */
export function Areas({ here, beside = false }: { here: string; beside?: boolean }) {
  return (
    <nav aria-label={t("top.areas")}>
      {allowed().map(([path, words]) => (
        <a key={path} href={path} class={beside && WIDE_ONLY.includes(path) ? "wide-only" : undefined} target={beside && path !== here ? "_blank" : undefined} aria-current={path === here ? "page" : undefined}>{t(words)}</a>
      ))}
    </nav>
  );
}

/** Submits the form of the page's frame, which holds the session's token. */
export function SignOut() {
  return <button class="btn quiet out" type="submit" form="sign-out">{t("presence.sign_out")}</button>;
}

/** The same for the command palette. */
export function ways(here: string): Action[] {
  const leave: Action = {
    id: "sign-out", words: t("presence.sign_out"), group: t("group.me"), icon: "x",
    run: () => document.querySelector<HTMLFormElement>("#sign-out")?.requestSubmit(),
  };
  const pages: [path: string, words: Word][] = [...allowed(), ["/help", "area.help"]];
  return [leave, ...pages.filter(([path]) => path !== here).map(([path, words]): Action => ({
    id: `page-${path}`, words: t(words), group: t("palette.pages"), icon: "right", run: () => window.open(path, "_blank"),
  }))];
}
