/** Why a film is on the list: each rating's contribution to its score, and the list without that rating. */

import * as api from "../api.js";
import { taste } from "../catalogue.js";
import { h } from "../dom.js";
import { named, marked, title } from "../format.js";
import { bars } from "../components/bars.js";
import { dialog } from "../components/dialog.js";
import { empty, filled } from "../components/states.js";
import * as mix from "../mix.js";
import * as store from "../store.js";

/** Open the explanation over the view. */
export function openWhy(item, k = 24) {
  const control = new AbortController();
  const holder = h("div.why");
  dialog({ title: `Why ${named(item)}?`, body: holder, kind: "dialog-why", onclose: () => control.abort() });
  explain(holder, item, control.signal, k);
}

/** Fill an element with the explanation of a film for the active person. */
export function explain(holder, item, signal, k = 24) {
  return filled(holder, async () => {
    await store.settled();
    return api.explanation(await store.profileId(), item.item_id, mix.explaining(k), signal);
  }, draw, h("div.why-waiting", { role: "status" }, h("span.visually-hidden", null, "Loading the explanation"), Array.from({ length: 5 }, () => h("span", { "aria-hidden": "true" }))));
}

function draw({ lines, scores, without }) {
  if (!lines?.length) return empty({ title: "No explanation", text: "The model has no score for this film." });
  return [
    h("p.why-lede", null, "How each rating moved this film's score: up to the right, down to the left. Together with everything else they add up to the score."),
    scores.length === 1 ? bars(lines, scores[0]) : scores.map((score, at) => person(lines, score, at)),
    counterfactuals(without ?? []),
  ];
}

/** One of two people: their contributions and score. */
function person(lines, score, at) {
  const whose = ["you", "companion"][at];
  return h("section", null, h("h3", null, ["For you", "For your companion"][at]), bars(lines.filter((one) => one.whose === whose), score));
}

function counterfactuals(without) {
  if (!without.length) return null;
  const leaving = without.filter((one) => one.leaves_list);
  const shown = leaving.length ? leaving.slice(0, 3) : without.slice(0, 2);
  return h("section.without", null, h("h3", null, "Without a rating"), h("ul", null, shown.map(line)));
}

function line(one) {
  const name = h("strong", null, title(one));
  const start = [one.whose === "companion" ? "Without your companion’s " : taste.kind === "stars" ? "Without your " : "Without ", taste.kind === "stars" && [h("span.nowrap", null, marked(one.rating)), " for "], name];
  if (one.leaves_list) return h("li.leaves", null, start, one.rank_without ? ` this film would leave the list (place ${one.rank_without}).` : " this film would leave the list.");
  return h("li", null, start, one.rank_without ? ` it would be in place ${one.rank_without}.` : " it would stay.");
}
