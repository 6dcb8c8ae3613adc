// A form is sent when the desk can be reached and would take it, and once until the page has changed. Else the page
// stays, says why nothing was saved, and loses no word: the browser's own page for a lost connection would stand in their
// place.
import { Problem, post } from "../api";
import { notice } from "./notices";

const REACHED_WITHIN_MS = 10_000;
/** Nothing tells a page that its sending was stopped. */
const AGAIN_AFTER_MS = 10_000;

/** Where what is typed is kept besides: its longest text, and what is done before the form is really sent. */
interface Kept {
  body: HTMLTextAreaElement;
  leave: () => void;
}

export function sendsSafely(form: HTMLFormElement, kept?: Kept): void {
  const most = Number(form.dataset.most);
  let step: "" | "asking" | "reached" | "sent" = "";

  form.addEventListener("invalid", ({ target }) => {
    const field = target as HTMLInputElement;
    refuses(form, `${field.labels?.[0]?.textContent ?? field.name}: ${field.validationMessage}`);
  }, true);
  form.addEventListener("submit", (event) => {
    if (step === "asking" || step === "sent") return event.preventDefault();
    const size = kept ? new TextEncoder().encode(kept.body.value).length : 0;
    if (size > most) {
      event.preventDefault();
      return refuses(form, `Text: ${size.toLocaleString("en")} bytes; at most ${most.toLocaleString("en")}: a longer article is several.`);
    }
    if (step === "reached") {
      step = "sent";
      setTimeout(() => (step = ""), AGAIN_AFTER_MS);
      return kept?.leave();
    }
    event.preventDefault();
    step = "asking";
    void whyNot(kept !== undefined).then((why) => {
      step = "";
      if (why) return refuses(form, why);
      step = "reached";
      form.requestSubmit(event.submitter);
      if (step === "reached") step = ""; // a field was filled wrongly meanwhile
    });
  });
  addEventListener("pageshow", () => (step = "")); // by the browser's way back
}

async function whyNot(kept: boolean): Promise<string> {
  try {
    await post("/knowledge/preview", { body: "", language: "en" }, {}, REACHED_WITHIN_MS);
    return "";
  } catch (error) {
    const stays = kept ? "What you typed is kept on this machine" : "Nothing here is lost";
    if (!(error instanceof Problem)) return `there is no connection. ${stays}; save again once there is one.`;
    return `${error.message} ${stays}; ${kept ? "sign in, and this page offers it" : "copy what you typed, sign in, and paste it"}.`;
  }
}

/** Says at the top of the form why nothing was saved; what was said before is over. */
function refuses(form: HTMLFormElement, why: string): void {
  form.querySelector(".alert[data-unsent]")?.remove();
  const bar = notice(form, "bad", `Not saved: ${why}`);
  bar.dataset.unsent = "";
  bar.scrollIntoView({ block: "nearest" });
}
