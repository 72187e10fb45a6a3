/** The watchlist, in the order of saving or by the recommender's score. */

import * as api from "../api.js";
import { h, put } from "../dom.js";
import { hear } from "../events.js";
import { t } from "../language.js";
import { card } from "../components/card.js";
import { reorder } from "../components/flip.js";
import { segmented } from "../components/segmented.js";
import { takeOut } from "../components/take-out.js";
import { empty, failed, latest } from "../components/states.js";
import * as mix from "../mix.js";
import * as people from "../people.js";
import * as store from "../store.js";
import { openWhy } from "./why.js";

export function watchlist({ signal }) {
  const list = h("ol.cards.cards-grid.cards-even", { "aria-label": t("watchlist.list") });
  const under = h("div.under");
  const lede = h("p.lede");
  const next = latest();
  signal.addEventListener("abort", () => next());
  let order = "best";

  const draw = async () => {
    const items = store.listedItems("watchlist");
    put(lede, items.length ? t("watchlist.saved", { n: items.length }) : "");
    tools.hidden = items.length < 2 || !store.nRated();
    saving.hidden = !items.length;
    if (!items.length) {
      list.replaceChildren();
      put(under, empty({ art: "bookmark", title: t("watchlist.none"), text: t("watchlist.how"), actions: h("a.button.button-primary", { href: "#/" }, t("watchlist.home")) }));
      return;
    }
    put(under);
    let picks = items.map((item) => ({ item }));
    if (order === "best" && !tools.hidden) {
      try {
        await store.settled();
        const answer = await api.recommendations(people.active()?.id, { k: 100, watchlist_only: "true", text_weight: mix.now().text_weight }, next());
        const place = new Map(answer.items.map((pick) => [pick.item.item_id, pick]));
        picks = [...answer.items, ...picks.filter(({ item }) => !place.has(item.item_id))];
      } catch (error) {
        if (api.stale(error)) return;
        put(under, failed(error, draw));
        return;
      }
    }
    if (signal.aborted) return;
    reorder(list, picks, {
      key: ({ item }) => String(item.item_id),
      make: (pick) => card(pick.item, { pick: pick.reasons && { ...pick, rank: 0 }, signal, onwhy: store.nRated() ? (item) => openWhy(item) : undefined }),
      update: (element, pick) => element.say(pick.reasons && { ...pick, rank: 0 }),
    });
  };
  const tools = segmented({
    label: t("films.order"), value: order, options: [{ value: "best", label: t("watchlist.best") }, { value: "added", label: t("watchlist.added") }],
    onchange: (value) => {
      order = value;
      draw();
    },
  });
  const saving = takeOut("watchlist", () => store.listedItems("watchlist"));
  hear("lists", ({ list: which }) => which !== "hidden" && draw(), signal);
  return {
    title: t("nav.watchlist"),
    element: h("div.page", null, h("header.page-head", null, h("div", null, h("h1", null, t("nav.watchlist")), lede), h("div.page-tools", null, tools, saving)), list, under),
    ready: draw,
  };
}
