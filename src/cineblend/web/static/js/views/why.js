/** Why a film is on the list: each rating's contribution to its score, and the list without that rating. */

import * as api from "../api.js";
import { taste } from "../catalogue.js";
import { h } from "../dom.js";
import { named, marked, title } from "../format.js";
import { t, woven } from "../language.js";
import { bars } from "../components/bars.js";
import { dialog } from "../components/dialog.js";
import { empty, filled } from "../components/states.js";
import * as mix from "../mix.js";
import * as store from "../store.js";

/** Open the explanation over the view. */
export function openWhy(item, k = 24) {
  const control = new AbortController();
  const holder = h("div.why");
  dialog({ title: t("card.why", { title: named(item) }), body: holder, kind: "dialog-why", onclose: () => control.abort() });
  explain(holder, item, control.signal, k);
}

/** Fill an element with the explanation of a film for the active person. */
export function explain(holder, item, signal, k = 24) {
  return filled(holder, async () => {
    await store.settled();
    return api.explanation(await store.profileId(), item.item_id, mix.explaining(k), signal);
  }, draw, h("div.why-waiting", { role: "status" }, h("span.visually-hidden", null, t("why.loading")), Array.from({ length: 5 }, () => h("span", { "aria-hidden": "true" }))));
}

function draw({ lines, scores, without }) {
  if (!lines?.length) return empty({ title: t("why.none"), text: t("why.noScore") });
  return [
    h("p.why-lede", null, t("why.lede")),
    scores.length === 1 ? bars(lines, scores[0]) : scores.map((score, at) => person(lines, score, at)),
    counterfactuals(without ?? []),
  ];
}

/** One of two people: their contributions and score. */
function person(lines, score, at) {
  const whose = ["you", "companion"][at];
  return h("section", null, h("h3", null, t(at ? "why.companion" : "why.you")), bars(lines.filter((one) => one.whose === whose), score));
}

function counterfactuals(without) {
  if (!without.length) return null;
  const leaving = without.filter((one) => one.leaves_list);
  const shown = leaving.length ? leaving.slice(0, 3) : without.slice(0, 2);
  return h("section.without", null, h("h3", null, t("why.without")), h("ul", null, shown.map(line)));
}

function line(one) {
  const their = one.whose === "companion";
  const key = taste.kind === "stars" ? (their ? "why.lessTheir" : "why.lessYour") : their ? "why.lessTheirs" : "why.less";
  const without = woven(key, { title: h("strong", null, title(one)), rating: h("span.nowrap", null, marked(one.rating)) });
  const place = one.rank_without;
  if (one.leaves_list) return h("li.leaves", null, woven(place ? "why.leavesTo" : "why.leaves", { without, place }));
  return h("li", null, woven(place ? "why.moves" : "why.stays", { without, place }));
}
