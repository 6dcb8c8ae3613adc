// Icons on a 16 px grid with a 1.5 px stroke, one path each.

const PATHS = {
  alert: "M8 2.2l6.3 11.3H1.7zM8 6.5v3M8 11.6v.1",
  article: "M3.5 2h9v12h-9zM6 5.2h4M6 8h4M6 10.8h2.4",
  bell: "M3.5 11.5c1-1 1-2.2 1-4a3.5 3.5 0 0 1 7 0c0 1.8 0 3 1 4zM6.7 13.6a1.5 1.5 0 0 0 2.6 0",
  book: "M8 4C6.5 2.8 4.5 2.5 2 2.5v10c2.5 0 4.5.3 6 1.5 1.5-1.2 3.5-1.5 6-1.5v-10c-2.5 0-4.5.3-6 1.5zM8 4v10",
  case: "M2 5h12v8H2zM6 5V3h4v2M2 8.5h12",
  chat: "M2 3.5h12v8H8l-3 2.7v-2.7H2z",
  check: "M2.8 8.5l3.4 3.4 7-7.4",
  clip: "M12.8 7.5l-4.6 4.7a3 3 0 0 1-4.3-4.3l5-5a2 2 0 0 1 2.9 2.8l-5 5a1 1 0 0 1-1.4-1.4l4.4-4.4",
  clock: "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M8 4.5V8l2.4 1.6",
  complaint: "M2 6.5v3h2.5L12 13V3L4.5 6.5zM5 9.7l1 3.8M14 6.8v2.4",
  cup: "M3 5.5h8v5a2.5 2.5 0 0 1-2.5 2.5h-3A2.5 2.5 0 0 1 3 10.5zM11 6.5h1a1.6 1.6 0 0 1 0 3.3h-1M5.5 3.2V2M8.5 3.2V2",
  done: "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M5.2 8.2l2 2 3.6-4",
  down: "M4 6.2l4 4 4-4",
  ear: "M4.2 6.2a3.8 3.8 0 1 1 7 2c-.8 1.2-1.8 1.6-2 3-.2 1.7-1 2.8-2.3 2.8-1.2 0-1.9-.8-1.9-2M6.3 6.2a1.8 1.8 0 0 1 3.5 0c0 1.5-1.6 1.4-1.6 3",
  expand: "M9.5 2.5h4v4M6.5 13.5h-4v-4M13.3 2.7L9.5 6.5M2.7 13.3l3.8-3.8",
  filter: "M2 3.5h12L9.5 8.8v4l-3 1.4V8.8z",
  globe: "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M2 8h12M8 2c2.3 2 2.3 10 0 12M8 2c-2.3 2-2.3 10 0 12",
  guide: "M6 2.5h4v3H6zM2 10.5h4v3H2zM10 10.5h4v3h-4zM8 5.5V8M4 10.5V8h8v2.5",
  keys: "M2 4h12v8.5H2zM4.6 6.5h.1M8 6.5h.1M11.4 6.5h.1M5.5 10h5",
  later: "M2 8a5 5 0 1 0 10 0a5 5 0 1 0 -10 0M7 5.5V8h2M13 3v4M11.2 5h3.6",
  lock: "M3.5 7.2h9v6.3h-9zM5.3 7V5a2.7 2.7 0 0 1 5.4 0v2",
  mail: "M1.8 3.5h12.4v9H1.8zM2 4l6 4.8L14 4",
  mic: "M6 2.8a2 2 0 0 1 4 0V7a2 2 0 0 1-4 0zM3.5 7a4.5 4.5 0 0 0 9 0M8 11.5V14",
  mute: "M6 6V3a2 2 0 0 1 4-.4V7M3.5 7a4.5 4.5 0 0 0 7.4 3.4M8 11.5V14M2.5 2.5l11 11",
  offline: "M2 6.5a9 9 0 0 1 3-1.9M8.5 4A9 9 0 0 1 14 6.5M4.2 9a5.6 5.6 0 0 1 2.3-1.4M10 8a5.6 5.6 0 0 1 1.8 1M8 12v.1M2.5 2.5l11 11",
  over: "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M8 4.6v4M8 11.2v.1",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  phone: "M3.2 2.2h2.2l1.2 3-1.6 1.2a8.5 8.5 0 0 0 4.6 4.6l1.2-1.6 3 1.2v2.2c0 .6-.5 1-1 1A10.9 10.9 0 0 1 2.2 3.2c0-.6.4-1 1-1z",
  play: "M5 3l8 5-8 5z",
  promise: "M4 14V2.5M4 3h8l-1.8 2.7L12 8.5H4",
  queue: "M2.5 4h11M2.5 8h11M2.5 12h7",
  recovery: "M2.5 8a5.5 5.5 0 1 1 1.8 4.1M2.2 13.6l1.9-1.6-1.7-1.8M8 5.5V8l2 1.4",
  right: "M6 3.8l4.2 4.2L6 12.2",
  ring: "M3.2 4.2h1.9l1 2.6-1.3 1a7 7 0 0 0 4 4l1-1.3 2.6 1v1.9c0 .5-.4.8-.8.8A9.2 9.2 0 0 1 2.4 5c0-.4.3-.8.8-.8zM9 4.5A3.5 3.5 0 0 1 11.8 7.3M9.5 1.6a6.4 6.4 0 0 1 5 5",
  search: "M2.4 7a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0 -9.2 0M10.5 10.5l3.7 3.7",
  send: "M2 8l12-5.5-4 11L7.5 9z",
  shield: "M8 1.8l5.3 2v4c0 3.2-2.2 5.3-5.3 6.4C4.9 13.1 2.7 11 2.7 7.8v-4z",
  draft: "M2.5 13.5l.8-3.2 7.6-7.6 2.4 2.4-7.6 7.6zM9.4 4.2l2.4 2.4M12.5 10.5v3M11 12h3",
  slash: "M10.5 2.5l-5 11",
  sms: "M4.5 1.8h7v12.4h-7zM7 11.8h2M6.5 4.5h3M6.5 6.5h2",
  snooze: "M12.8 9.8A5.6 5.6 0 0 1 6.2 3.2 5.6 5.6 0 1 0 12.8 9.8z",
  sound: "M2.5 6.2v3.6H5l3.5 2.8V3.4L5 6.2zM11 5.8c1 1 1 3.4 0 4.4M12.9 4c2 2 2 6 0 8",
  take: "M8 2.5v7M5 7l3 3 3-3M2.5 11v2.5h11V11",
  transfer: "M2.5 5.2h10M9.8 2.4l2.8 2.8L9.8 8M13.5 10.8h-10M6.2 8L3.4 10.8l2.8 2.8",
  user: "M5.3 5.2a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0 -5.4 0M2.8 13.8a5.2 5.2 0 0 1 10.4 0",
  users: "M3.6 5.5a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0 -4.8 0M1.5 13.3a4.5 4.5 0 0 1 9 0M10.5 3.3a2.3 2.3 0 0 1 0 4.4M12.2 9.6a4.4 4.4 0 0 1 2.3 3.7",
  whisper: "M2 4.2h7v5.5H6L3.8 11.5V9.7H2zM11 5.5c1 .8 1 3.2 0 4M12.8 4c1.8 1.8 1.8 5.2 0 7",
  x: "M3.5 3.5l9 9M12.5 3.5l-9 9",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="i" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

const OF_CHANNEL: Record<string, IconName> = { voice: "phone", chat: "chat", sms: "sms", email: "mail", letter: "mail", task: "case" };
const OF_KIND: Record<string, IconName> = {
  callback: "phone", promise: "promise", complaint_step: "complaint", recovery_action: "recovery", task: "case",
  complaint: "complaint", recovery: "recovery", case: "case", survey: "check",
};

/** The icon of a channel, or of the kind of work where there is no channel. */
export function iconOf(channel: string | null | undefined, kind?: string): IconName {
  return (kind && OF_KIND[kind]) || (channel && OF_CHANNEL[channel]) || "chat";
}
