// Between accepting and the conversation there is a moment. What is typed in it is kept for whom it is meant: a reply as
// the draft of that conversation, anything else as notes of that work.
import { useLayoutEffect, useRef } from "preact/hooks";
import { whoIs } from "../who";
import type { Offer } from "../wire";
import { t } from "../words";
import { draft, notes, setDraft, setNotes } from "./drafts";
import { reached, reaching, sayOnArrival } from "./offers";

export function Catcher() {
  const offer = reaching.value;
  return offer && <Box offer={offer} key={offer.offer_id} />;
}

function Box({ offer }: { offer: Offer }) {
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const id = reached(offer);
  const writes = offer.interaction !== null && offer.interaction !== undefined && offer.interaction.channel !== "voice";
  const hear = (event: KeyboardEvent): void => {
    if (event.isComposing || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (writes) sayOnArrival(id);
  };
  return (
    <textarea
      ref={box}
      class="sr"
      data-catches={id}
      aria-label={t("offer.opening", { name: whoIs(offer) })}
      value={writes ? draft(id).text : notes(id)}
      onInput={({ currentTarget: { value } }) => (writes ? setDraft(id, { text: value }) : setNotes(id, value))}
      onKeyDown={hear}
    />
  );
}
