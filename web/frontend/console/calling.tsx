// Calls that we make: a button beside a number, a key for what is open, and the call on the screen as soon as it is there.
import { computed } from "@preact/signals";
import { Icon } from "../icons";
import { Kbd } from "../parts/parts";
import { t } from "../words";
import { ask } from "./acts";
import { openWhenThere } from "./offers";
import { shownCustomer } from "./opening";
import { cards, open, openTask, pop } from "./store";

/** Whether there is a call in my hands already, or one to wrap up: one at a time. */
const onCall = computed(() => Object.values(cards.value).some((card) => card.channel === "voice" && card.state !== "snoozed"));

/** Calls a number for what is open, if anything is mine and open. */
async function dial(number: string): Promise<void> {
  const mine = open.value && open.value.kind !== "past" ? open.value.id : undefined;
  const called = await ask<{ interaction_id: string }>("call.dial", mine ? { to: number, work_item_id: mine } : { to: number });
  if (called) openWhenThere(called.interaction_id);
}

/** The number to call for what is open: the work's own, else the customer's. */
export function numberToCall(): string | undefined {
  if (onCall.value) return undefined;
  const known = shownCustomer() ? pop(shownCustomer()).value : null;
  const listed = typeof known === "object" ? known?.customer.addresses?.find((one) => one.kind === "phone")?.value : undefined;
  return openTask.value?.phone ?? listed;
}

export function callOpen(): void {
  const number = numberToCall();
  if (number) void dial(number);
}

/** Calls `number`, and shows it unless it stands beside; the one that the key calls says so. */
export function CallButton({ number, named }: { number: string; named?: boolean }) {
  const busy = onCall.value;
  const first = !busy && number === numberToCall() && !(named && openTask.value);
  return (
    <button class="btn" type="button" disabled={busy} title={busy ? t("call.one_at_a_time") : undefined} onClick={() => void dial(number)}>
      <Icon name="phone" />{named ? t("call.dial_number", { number }) : t("call.dial")} {first && <Kbd keys="Alt+P" />}
    </button>
  );
}
