// The contact form shows articles that may answer what is being written, before it is sent. Without this they are a step
// between the form and its sending. What is written is never touched, and can be sent at any time.

interface Answer { title: string; snippet: string; href: string }

const WAIT_MS = 700;
/** Fewer characters say nothing yet; scripts in which a character is a word say it sooner. */
const SHORTEST = 12, SHORTEST_PACKED = 4;

function begin(form: HTMLFormElement, place: HTMLElement): void {
  const text = form.elements.namedItem("text") as HTMLTextAreaElement;
  const name = form.elements.namedItem("name") as HTMLInputElement;
  const question = form.elements.namedItem("question") as HTMLInputElement;
  const seen = form.elements.namedItem("seen") as HTMLInputElement;
  const list = place.querySelector("ul") as HTMLUListElement;
  let due: ReturnType<typeof setTimeout> | undefined;
  let asked: AbortController | undefined;

  const complains = (): boolean => new FormData(form).get("complaint") === "yes";
  const show = (answers: Answer[]): void => {
    list.replaceChildren(...answers.map((answer) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const about = document.createElement("span");
      link.href = answer.href;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = answer.title;
      about.className = "small dim";
      about.textContent = answer.snippet;
      item.append(link, document.createElement("br"), about);
      return item;
    }));
    place.hidden = !answers.length;
    if (answers.length) seen.value = "yes";
  };
  const ask = async (): Promise<void> => {
    asked?.abort();
    const words = text.value.trim();
    if (words.length < (/[\u3040-\u9fff\uac00-\ud7af]/.test(words) ? SHORTEST_PACKED : SHORTEST) || complains()) return show([]);
    asked = new AbortController();
    const body = new URLSearchParams({ text: words, name: name.value, question: question.value });
    try {
      const answer = await fetch(`/contact/answers${new URL(form.action).search}`, { method: "POST", body, signal: asked.signal });
      if (!answer.ok) return;
      const found = (await answer.json()) as { answers: Answer[]; question: string };
      question.value = found.question;
      show(found.answers);
    } catch {
      // The form can be sent without.
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target !== text && (event.target as HTMLInputElement).name !== "complaint") return;
    clearTimeout(due);
    due = setTimeout(() => void ask(), WAIT_MS);
  });
}

const form = document.querySelector<HTMLFormElement>("form[data-answers]");
const place = document.getElementById("answers");
if (form && place) begin(form, place);

export {};
