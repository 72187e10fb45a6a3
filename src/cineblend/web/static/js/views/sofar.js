/** The first places of your list, redrawn after each rating, and what is new on it. */

import * as api from "../api.js";
import { h, put } from "../dom.js";
import { title } from "../format.js";
import { t } from "../language.js";
import { announce } from "../announce.js";
import { filmAddress } from "../router.js";
import { reorder } from "../components/flip.js";
import { poster } from "../components/poster.js";
import { latest } from "../components/states.js";
import * as mix from "../mix.js";
import * as people from "../people.js";
import * as store from "../store.js";

const PLACES = 6;

export function soFar(signal) {
  const list = h("ol.sofar");
  const changed = h("p.hint");
  const link = h("a.button.button-primary", { href: "#/", hidden: true }, t("sofar.whole"));
  const next = latest();
  signal.addEventListener("abort", () => next());
  let before = null;

  const ask = async () => {
    if (!store.nRated()) {
      before = null;
      link.hidden = true;
      put(changed, t("sofar.empty"));
      put(list, Array.from({ length: PLACES }, () => h("li.sofar-empty", { "aria-hidden": "true" }, h("div.poster"))));
      return;
    }
    try {
      await store.settled();
      const { items } = await api.recommendations(people.active()?.id, { k: PLACES, text_weight: mix.now().text_weight }, next());
      if (signal.aborted) return;
      reorder(list, items, { key: ({ item }) => String(item.item_id), make: place, update: () => {} });
      const fresh = before && items.filter(({ item }) => !before.has(item.item_id));
      const text = !fresh ? "" : fresh.length ? t("sofar.new", { n: fresh.length }) : t("sofar.same");
      put(changed, text);
      if (text) announce(text);
      before = new Set(items.map(({ item }) => item.item_id));
      link.hidden = false;
    } catch (error) {
      if (!api.stale(error)) put(changed, error.message);
    }
  };
  const place = ({ item }) => h("li", null, h("a", { href: filmAddress(item.item_id), "data-tip": title(item), "aria-label": title(item) }, poster(item)));
  return { ask, element: h("section", { "aria-labelledby": "sofar" }, h("h2.side-title", { id: "sofar" }, t("sofar.title")), changed, list, link) };
}
