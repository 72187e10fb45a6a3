/** The first visit: what this is, two ways to begin, kinds of films to choose from, and the most rated ones. */

import * as api from "../api.js";
import { debounce, h, icon } from "../dom.js";
import { hear, tell } from "../events.js";
import { here } from "../format.js";
import { t } from "../language.js";
import { card } from "../components/card.js";
import { kinds } from "../components/kinds.js";
import { poster } from "../components/poster.js";
import { filled, skeletons } from "../components/states.js";
import * as mix from "../mix.js";
import * as store from "../store.js";

export function welcome({ model, signal }) {
  const wall = h("div.wall", { "aria-hidden": "true" });
  const list = h("ol.cards.cards-grid.cards-even", { "aria-label": t("welcome.list") });
  const holder = h("div", null, list);
  const begin = debounce(() => store.nRated() && tell("redraw"), 900);
  const slowly = debounce(() => store.nRated() && tell("redraw"), 2500);
  hear("ratings", ({ all, how }) => {
    begin.cancel();
    slowly.cancel();
    if (!all) (how === "keyboard" ? slowly : begin)();
  }, signal);
  signal.addEventListener("abort", () => [begin, slowly].forEach((one) => one.cancel()));
  return {
    title: "cineblend",
    element: h("div.page.page-welcome", null,
      h("section.hero", null, wall,
        h("div.hero-text", null,
          h("h1", null, t("welcome.title")),
          h("p.hero-lede", null, t("welcome.lede", { n: model.n_items })),
          h("div.row", null,
            h("a.button.button-primary.button-large", { href: "#/rate" }, icon("rate"), t("welcome.rate")),
            h("a.button.button-large", { href: "#/import" }, icon("upload"), t("welcome.bring"))),
          h("p.hero-note", null, t("welcome.stays", { here })))),
      kinds({ open: true, signal }),
      h("section", { "aria-labelledby": "start" }, h("h2", { id: "start" }, t("welcome.all")),
        h("p.lede", null, t("welcome.same")), holder)),
    ready: () => filled(holder, () => api.recommend({ ratings: [], k: 18, reasons: false, text_weight: mix.START.text_weight }, signal), ({ items }) => {
      wall.replaceChildren(...items.slice(0, 12).map(({ item }) => poster(item, { eager: true })));
      list.replaceChildren(...items.map(({ item }) => card(item, { signal, level: 3 })));
      return list;
    }, h("ol.cards.cards-grid.cards-even", null, skeletons(12))),
  };
}
