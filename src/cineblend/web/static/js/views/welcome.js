/** The first visit: what this is, two ways to begin, kinds of films to choose from, and the most rated ones. */

import * as api from "../api.js";
import { debounce, h, icon } from "../dom.js";
import { hear, tell } from "../events.js";
import { count, here } from "../format.js";
import { card } from "../components/card.js";
import { kinds } from "../components/kinds.js";
import { poster } from "../components/poster.js";
import { filled, skeletons } from "../components/states.js";
import * as mix from "../mix.js";
import * as store from "../store.js";

export function welcome({ model, signal }) {
  const wall = h("div.wall", { "aria-hidden": "true" });
  const list = h("ol.cards.cards-grid.cards-even", { "aria-label": "Films to start from" });
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
          h("h1", null, "Find the film for tonight"),
          h("p.hero-lede", null, `Rate one film you know. ${count(model.n_items)} films then line up for you, by what people like you loved and by what the films are about. Each one says why.`),
          h("div.row", null,
            h("a.button.button-primary.button-large", { href: "#/rate" }, icon("rate"), "Rate a few films"),
            h("a.button.button-large", { href: "#/import" }, icon("upload"), "Bring my Letterboxd or IMDb")),
          h("p.hero-note", null, `Everything stays on ${here}.`))),
      kinds({ open: true, signal }),
      h("section", { "aria-labelledby": "start" }, h("h2", { id: "start" }, "What everyone has rated"),
        h("p.lede", null, "The same list for everyone. Rate one of these and your own list begins."), holder)),
    ready: () => filled(holder, () => api.recommend({ ratings: [], k: 18, reasons: false, text_weight: mix.START.text_weight }, signal), ({ items }) => {
      wall.replaceChildren(...items.slice(0, 12).map(({ item }) => poster(item, { eager: true })));
      list.replaceChildren(...items.map(({ item }) => card(item, { signal, level: 3 })));
      return list;
    }, h("ol.cards.cards-grid.cards-even", null, skeletons(12))),
  };
}
