// The connection: one namespace of Socket.IO. Calls are acknowledged or refused with a reason; after a gap
// it asks for what was missed.
import { signal } from "@preact/signals";
import { io, type Socket } from "socket.io-client";

const ANSWER_WITHIN = 10_000;

/** So long what is asked waits for a connection that is being made, or that has only just gone. */
const PATIENCE = { starting: ANSWER_WITHIN, down: 3000 };

/** The server said no, and why. */
export class Refused extends Error {
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

/** Nobody answered: there is no connection, or it broke before the answer came. */
export class Lost extends Error {}

export interface LinkState {
  kind: "starting" | "up" | "down" | "signed_out";
  since: number;
}

type Data = Record<string, unknown>;
type Ack = { ok: true } & Data | { ok: false; error: { code: string; message: string } };

export class Link {
  readonly state = signal<LinkState>({ kind: "starting", since: Date.now() });
  /** The log position up to which this screen knows everything. */
  seq = 0;
  private readonly socket: Socket;

  constructor(namespace: string) {
    this.socket = io(namespace, {
      transports: ["websocket"],
      autoConnect: false,
      reconnectionDelay: 400,
      reconnectionDelayMax: 5000,
    });
    this.socket.on("disconnect", (reason) => {
      this.become("down");
      // A server that goes down says goodbye; the library takes that for an order to stay away.
      if (reason === "io server disconnect") this.again(1000);
    });
    this.socket.on("connect_error", () => {
      if (this.socket.active) return this.become("down");
      this.become("signed_out");
      this.again(10_000);
    });
  }

  /** Connects. `hear` is told every event; `up` that calls get through again, and for how many ms they did not. */
  open(hear: (event: string, data: Data) => void, up: (gap: number) => void): void {
    this.socket.onAny((event: string, data: Data) => {
      hear(event, data);
      if (typeof data?.seq === "number" && (event === "snapshot" || data.seq > this.seq)) this.seq = data.seq;
    });
    this.socket.on("connect", () => void this.connected(up));
    this.socket.connect();
  }

  /** Tries at once; what a person asks for need not wait for the back-off. */
  retry(): void {
    if (this.socket.connected) return;
    this.socket.disconnect();
    this.socket.connect();
  }

  /** Says something to the server and waits for its word; while it still connects, for that first. */
  async call<T extends object = object>(event: string, data: object): Promise<T> {
    if (!this.socket.connected) await this.connection();
    let ack: Ack;
    try {
      ack = (await this.socket.timeout(ANSWER_WITHIN).emitWithAck(event, data)) as Ack;
    } catch {
      throw new Lost();
    }
    if (!ack.ok) throw new Refused(ack.error?.code ?? "error", ack.error?.message ?? "");
    return ack as unknown as T;
  }

  /** Says something whose loss does not matter. */
  mention(event: string, data: object): void {
    if (this.socket.connected) this.socket.volatile.emit(event, data, () => undefined);
  }

  private connection(): Promise<void> {
    const { kind, since } = this.state.peek();
    const left = kind === "starting" ? PATIENCE.starting : kind === "down" ? since + PATIENCE.down - Date.now() : 0;
    return new Promise((there, never) => {
      const done = (): void => (clearTimeout(timer), there());
      const timer = setTimeout(() => {
        this.socket.off("connect", done);
        never(new Lost());
      }, Math.max(0, left));
      this.socket.once("connect", done);
    });
  }

  private again(after: number): void {
    setTimeout(() => {
      if (!this.socket.connected) this.socket.connect();
    }, after);
  }

  private async connected(up: (gap: number) => void): Promise<void> {
    if (this.seq) await this.call("resume", { seq: this.seq }).catch(() => undefined);
    const { kind, since } = this.state.value;
    this.become("up");
    up(kind === "down" ? Date.now() - since : 0);
  }

  private become(kind: LinkState["kind"]): void {
    if (this.state.value.kind !== kind) this.state.value = { kind, since: Date.now() };
  }
}
