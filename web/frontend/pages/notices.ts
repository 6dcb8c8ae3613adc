// What a script has to say at the top of a form or page, in the looks of what the page itself says there.

/** Puts it below the form's first line. What is bad is told at once, and nothing that went well before stands beside it. */
export function notice(form: HTMLElement, tone: "warn" | "bad", words: string): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "alert";
  bar.dataset.tone = tone;
  bar.setAttribute("role", tone === "bad" ? "alert" : "status");
  form.firstElementChild!.after(bar);
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "i");
  icon.setAttribute("aria-hidden", "true");
  icon.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  icon.firstElementChild!.setAttribute("href", "#i-alert");
  const said = document.createElement("span");
  said.textContent = words;
  bar.append(icon, said);
  if (tone === "bad") for (const old of form.querySelectorAll(".alert[data-tone=ok]")) old.remove();
  return bar;
}
