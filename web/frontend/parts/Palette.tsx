// The command palette: everything that can be done now, and everybody to go to, found by typing.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icons";
import type { Action } from "../keys";
import { t } from "../words";
import { Dialog, Kbd } from "./parts";

export function Palette({ actions, close }: { actions: Action[]; close: () => void }) {
  const query = useSignal("");
  const at = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = actions.filter((action) => words.every((word) => `${action.words} ${action.group}`.toLowerCase().includes(word)));
  const chosen = Math.min(at.value, found.length - 1);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const run = (action: Action | undefined): void => {
    if (!action) return;
    close();
    // After the dialog has given the focus back, so that what runs may take it.
    setTimeout(action.run);
  };
  const hear = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at.value = (chosen + step + found.length) % Math.max(1, found.length);
    else if (event.key === "Enter") run(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("palette.title")} close={close}>
      <input
        class="input"
        autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-label={t("palette.placeholder")}
        aria-activedescendant={found[chosen] ? `palette-${found[chosen].id}` : undefined}
        placeholder={t("palette.placeholder")}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={hear}
      />
      <div class="options" role="listbox" id="palette-list" aria-label={t("palette.title")} ref={list}>
        {found.map((action, n) => (
          <div key={action.id} id={`palette-${action.id}`} role="option" aria-selected={n === chosen} onClick={() => run(action)}>
            {action.icon && <Icon name={action.icon} />}
            <span class="cut">{action.words}</span>
            <span class="dim push small">{action.group}</span>
            {action.keys && <Kbd keys={action.keys} />}
          </div>
        ))}
        {!found.length && <p class="dim">{t("palette.none")}</p>}
      </div>
    </Dialog>
  );
}

/** All keys, by what they are for. */
export function KeyMap({ actions, close }: { actions: Action[]; close: () => void }) {
  const groups = Map.groupBy(actions.filter((action) => action.keys), (action) => action.group);
  return (
    <Dialog title={t("map.title")} close={close} wide>
      <p class="dim">{t("map.hint")}</p>
      <div class="keymap">
        {[...groups].map(([group, members]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl class="facts">
              {members.map((action) => (
                <div key={action.id}>
                  <dt><kbd>{action.keys!.replaceAll("+", " ")}</kbd>{action.letter && <> <kbd>{action.letter.key}</kbd></>}</dt>
                  <dd>{action.words}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
