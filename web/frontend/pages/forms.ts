// Pages of plain forms, which do without this: Ctrl and Enter send the form that one is writing in, or else the one of
// the page's primary button.

import { pressed } from "../keys";

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat || pressed(event) !== "Ctrl+Enter") return;
  const here = event.target instanceof Element ? event.target.closest("form") : null;
  const button = (here ?? document).querySelector<HTMLButtonElement>(here ? "button" : "details[open] button.primary");
  if (!button?.form) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});
