// What a customer is called where they have not said their name.
import type { Card, Customer } from "./wire";
import { t } from "./words";

/** A card, an offer, a work item, or what an agent holds: each knows something of its customer. */
interface Contact {
  customer?: string | Pick<Customer, "name" | "addresses"> | null;
  channel?: string | null;
  reply_to?: string;
  phone?: string | null;
  interaction?: Card | null;
}

/** The customer's name, else the address that they write or call from; a chat's is a key and tells nobody anything. */
export function whoIs(contact: Contact): string {
  const { interaction } = contact;
  const customer = typeof contact.customer === "string" ? { name: contact.customer } : contact.customer;
  if (customer?.name) return customer.name;
  if ((contact.channel ?? interaction?.channel) === "chat") return t("who.visitor");
  const known = customer?.addresses ?? [];
  const address = contact.reply_to || interaction?.reply_to || contact.phone || known.find((one) => one.kind !== "chat")?.value;
  return address || t(known.length ? "who.visitor" : "pop.unknown");
}
