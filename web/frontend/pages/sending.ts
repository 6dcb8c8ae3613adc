// A form is sent when the desk can be reached and would take it, and once until the page has changed. Else the page
// stays, says why nothing was saved, and loses no word: the browser's own page for a lost connection would stand in their
// place. What readers or others get is what stood there when the button was pressed, however much is typed meanwhile.
import { Problem, post } from "../api";
import type { Keeping } from "./keeping";
import { notice } from "./notices";

const REACHED_WITHIN_MS = 10_000;
/** Nothing tells a page that its sending was stopped. */
const AGAIN_AFTER_MS = 10_000;

/** What is on its way into the form. */
export interface Coming {
  /** The first that is; empty: nothing is. */
  waitsFor: () => string;
  /** Until nothing is; why something that it waited for did not come. */
  settled: () => Promise<string>;
}

/** `kept`: where what is typed is kept besides. `body`: its longest text, of `data-most` bytes. `coming` goes into that. */
export function sendsSafely(form: HTMLFormElement, kept?: Pick<Keeping, "leave">, body?: HTMLTextAreaElement, coming?: Coming): void {
  const most = Number(form.dataset.most);
  let step: "" | "asking" | "reached" | "sent" = "";
  let pressed: FormData | null = null;

  form.addEventListener("invalid", ({ target }) => {
    const field = target as HTMLInputElement;
    refuses(form, `${field.labels?.[0]?.textContent ?? field.name}: ${field.validationMessage}`);
  }, true);
  form.addEventListener("submit", (event) => {
    if (step === "asking" || step === "sent") return event.preventDefault();
    const size = body ? new TextEncoder().encode(body.value).length : 0;
    if (size > most) {
      event.preventDefault();
      return refuses(form, `Text: ${size.toLocaleString("en")} bytes; at most ${most.toLocaleString("en")}: a longer article is several.`);
    }
    const button = event.submitter as HTMLButtonElement | null;
    if (step === "reached") {
      const outrun = pressed !== null && said(pressed) !== said(new FormData(form, button));
      step = "sent";
      setTimeout(() => (step = ""), AGAIN_AFTER_MS);
      return kept?.leave(outrun);
    }
    event.preventDefault();
    const late = coming?.waitsFor();
    // Nobody has seen it in its place.
    if (late && button?.value) return refuses(form, `${late} is still on its way. Press again once it is in the text.`);
    step = "asking";
    // A draft takes along what is typed until it goes.
    pressed = kept && button?.value ? new FormData(form, button) : null;
    const missing = late ? coming!.settled() : Promise.resolve("");
    void missing.then((why) => (why ? `${why}. Save again to save without it.` : whyNot(kept !== undefined))).then((why) => {
      step = "";
      if (why) return refuses(form, why);
      step = "reached";
      form.requestSubmit(button);
      if (step === "reached") step = ""; // a field was filled wrongly meanwhile
    });
  });
  form.addEventListener("formdata", ({ formData }) => {
    if (step !== "sent" || !pressed) return;
    for (const name of [...formData.keys()]) formData.delete(name);
    for (const [name, value] of pressed) formData.append(name, value);
  });
  addEventListener("pageshow", () => (step = "")); // by the browser's way back
}

const said = (form: FormData): string => JSON.stringify([...form]);

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
