// Something is written that has not gone out, and its contact is about to leave: asked once.
import { useEffect } from "preact/hooks";
import { Dialog, Kbd } from "../parts/parts";
import { whoIs } from "../who";
import { t, type Word } from "../words";
import { draft } from "./drafts";
import { parting, partWithout, sendAndPart, writeOn } from "./parting";

export function PartingDialog({ close }: { close: () => void }) {
  const leaving = parting.value!;
  const { card, way } = leaving;
  const { text, internal } = draft(card.id);
  // When it is gone, the hand is where it wrote.
  useEffect(() => () => void setTimeout(() => writeOn(leaving)), []);
  const kind = internal ? "note" : "answer";
  return (
    <Dialog title={t(`parting.${kind}`)} close={close} wide>
      {/* The key that chose where it goes may still be down: it does not answer as well. */}
      <form class="stack" onKeyDown={(event) => event.repeat && event.preventDefault()} onSubmit={(event) => (event.preventDefault(), close(), void sendAndPart(leaving))}>
        {text.trim() && <p class="well few">{text}</p>}
        <p>{t(`parting.${way}.${kind}` as Word, { name: whoIs(card) })}</p>
        <p class="line wrap">
          <button class="btn push" type="button" onClick={close}>{t("parting.back")} <Kbd keys="Escape" /></button>
          <button class="btn" type="button" onClick={() => (close(), void partWithout(leaving))}>{t(`parting.${way}.without`)}</button>
          <button class="btn primary" type="submit" autofocus>{t(`parting.${way}.${internal ? "add" : "send"}` as Word)} <Kbd keys="Enter" /></button>
        </p>
      </form>
    </Dialog>
  );
}
