// The bell: a sound that differs by channel, and a desktop notification. Both are the agent's to switch.
import { keep, kept } from "./keep";

export interface Bell {
  sound: boolean;
  notify: boolean;
}

const DEFAULT: Bell = { sound: true, notify: false };

export const bell = kept<Bell>("bell", DEFAULT);

export function setBell(changes: Partial<Bell>): void {
  keep("bell", { ...bell.value, ...changes }, DEFAULT);
}

/** Notes of a channel's sound, in Hz, and how often it rings. */
const TUNES: Record<string, { notes: number[]; times: number }> = {
  voice: { notes: [660, 880], times: 8 },
  chat: { notes: [784, 988], times: 2 },
  sms: { notes: [988], times: 2 },
  email: { notes: [523], times: 1 },
  task: { notes: [587, 523], times: 1 },
};
const NOTE = 0.14;
const PAUSE = 1.8;

let audio: AudioContext | undefined;
let again: ReturnType<typeof setTimeout> | undefined;
let shown: Notification | undefined;

export function play(channel: string): void {
  // Before the first key or click of a page the browser keeps it silent.
  if (!navigator.userActivation?.hasBeenActive) return;
  const { notes } = TUNES[channel] ?? TUNES.chat!;
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume();
  const from = audio.currentTime;
  notes.forEach((pitch, n) => tone(audio!, pitch, from + n * NOTE));
}

function tone(context: AudioContext, pitch: number, at: number): void {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.15, at + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE * 1.6);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + NOTE * 1.7);
}

export function ring(channel: string, title: string, text: string): void {
  silence();
  if (bell.value.sound) repeat(channel, (TUNES[channel] ?? TUNES.chat!).times);
  if (bell.value.notify && document.hidden && "Notification" in window && Notification.permission === "granted") {
    shown = new Notification(title, { body: text, tag: "offer" });
    shown.onclick = () => window.focus();
  }
}

function repeat(channel: string, times: number): void {
  play(channel);
  if (times > 1) again = setTimeout(() => repeat(channel, times - 1), PAUSE * 1000);
}

export function silence(): void {
  clearTimeout(again);
  shown?.close();
  shown = undefined;
}

/** Asks the browser, on the agent's wish; returns whether it may. */
export async function askToNotify(): Promise<boolean> {
  if (!("Notification" in window)) return false;
  return (await Notification.requestPermission()) === "granted";
}
