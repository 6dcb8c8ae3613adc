// What may come of a contact: one is chosen by its button or its digit.
import { Kbd } from "../parts/parts";
import { dispositions } from "./store";

export function Outcomes({ chosen, choose, big }: { chosen: string; choose: (key: string) => void; big?: boolean }) {
  return (
    <p class="line wrap">
      {dispositions.value.map((one, n) => (
        <button key={one.key} class={`btn${big ? " big" : ""}`} type="button" aria-pressed={chosen === one.key} onClick={() => choose(one.key)}>
          {one.name} {n < 9 && <Kbd keys={String(n + 1)} />}
        </button>
      ))}
    </p>
  );
}
