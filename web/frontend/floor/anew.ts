// Asking the server again: when something has changed, and no more often than it can well answer.

/** The least rest between an answer and the next question, and how many times as long as the answer took. */
const REST_MS = 1_000;
const REST_TIMES = 10;

export interface Asking {
  /** Something has changed: asks at once, or once more after the rest, however often it is said meanwhile. */
  stir: () => void;
  stop: () => void;
}

/** `ask` never rejects, and says whether it was answered; what was not is asked again. */
export function asking(ask: () => Promise<boolean>): Asking {
  let busy = false;
  let stirred = false;
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rested = (): void => {
    busy = false;
    if (stirred) run();
  };
  const run = (): void => {
    busy = true;
    stirred = false;
    const began = performance.now();
    void ask().then((answered) => {
      stirred ||= !answered;
      if (!over) timer = setTimeout(rested, Math.max(REST_MS, REST_TIMES * (performance.now() - began)));
    });
  };
  return {
    stir: () => (busy ? void (stirred = true) : run()),
    stop: () => {
      over = true;
      clearTimeout(timer);
    },
  };
}
