/** The view for an unknown address. */

import { h } from "../dom.js";
import { t } from "../language.js";
import { empty } from "../components/states.js";

export function missing() {
  return {
    title: t("missing.title"),
    element: h("div.page", null, h("h1.visually-hidden", null, t("missing.title")), empty({
      title: t("missing.lead"), text: t("missing.text"),
      actions: h("a.button.button-primary", { href: "#/" }, t("watchlist.home")),
    })),
  };
}
