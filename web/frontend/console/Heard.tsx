// The mark of what a caller has heard: it stays where the article stands.
import { Icon } from "../icons";
import { t } from "../words";

export const Heard = () => <span class="state small" data-tone="ok"><Icon name="done" />{t("article.heard")}</span>;
