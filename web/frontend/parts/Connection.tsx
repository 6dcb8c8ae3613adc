// A lost connection says so in words, and says that nothing typed is lost.
import { Icon } from "../icons";
import type { Link } from "../link";
import { clock, now } from "../time";
import { t } from "../words";

/** Shorter gaps heal unnoticed. */
const WORTH_SAYING = 2;

export function Connection({ link, back }: { link: Link; back: string }) {
  const { kind, since } = link.state.value;
  if (kind === "up") return null;
  if (kind === "signed_out") {
    return (
      <p class="alert banner" data-tone="bad" role="alert">
        <Icon name="offline" />
        <span><b>{t("link.signed_out")}</b> {t("link.signed_out_hint")}</span>
        <a class="btn push" href={`/login?next=${back}`}>{t("link.sign_in")}</a>
      </p>
    );
  }
  now.value; // counts the seconds
  const seconds = (Date.now() - since) / 1000;
  if (seconds < WORTH_SAYING) return null;
  return (
    <p class="alert banner" data-tone="warn" role="alert">
      <Icon name="offline" />
      <span><b aria-live="off">{t("link.down", { span: clock(seconds) })}</b> {t("link.down_hint")}</span>
      <button class="btn push" type="button" onClick={() => link.retry()}>{t("link.now")}</button>
    </p>
  );
}
