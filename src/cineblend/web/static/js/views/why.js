/** Why a film is in the list: what each rating put on its score, and what would be without it. */

import * as api from "../api.js";
import { h } from "../dom.js";
import { named, stars, title } from "../format.js";
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

/** Fill a place with the explanation of a film for the active person. */
export function explain(holder, item, signal, k = 24) {
  return filled(holder, async () => {
    await store.settled();
    return api.explanation(await store.profileId(), item.item_id, mix.explaining(k), signal);
  }, draw, h("div.why-waiting", { role: "status" }, h("span.visually-hidden", null, "Working it out"), Array.from({ length: 5 }, () => h("span", { "aria-hidden": "true" }))));
}

function draw({ lines, scores, without }) {
  if (!lines?.length) return empty({ title: "Nothing to say", text: "The model has no opinion of this film." });
  return [
    h("p.why-lede", null, "What each rating put on this film's score. To the right it lifted the film, to the left it held it back; with all else they add up to the score."),
    scores.length === 1 ? bars(lines, scores[0]) : scores.map((score, at) => person(lines, score, at)),
    counterfactuals(without ?? []),
  ];
}

/** One of two people: whose lines, and what they add up to. */
function person(lines, score, at) {
  const whose = ["you", "companion"][at];
  return h("section", null, h("h3", null, ["For you", "For your companion"][at]), bars(lines.filter((one) => one.whose === whose), score));
}

function counterfactuals(without) {
  if (!without.length) return null;
  const leaving = without.filter((one) => one.leaves_list);
  const shown = leaving.length ? leaving.slice(0, 3) : without.slice(0, 2);
  return h("section.without", null, h("h3", null, "And without a rating …"), h("ul", null, shown.map(line)));
}

function line(one) {
  const name = h("strong", null, title(one));
  const start = [one.whose === "companion" ? "Without your companion’s " : "Without your ", h("span.nowrap", null, `${stars(one.rating)} ★`), " for ", name];
  if (one.leaves_list) return h("li.leaves", null, start, one.rank_without ? ` this would leave the list (place ${one.rank_without}).` : " this would leave the list.");
  return h("li", null, start, one.rank_without ? ` it would be number ${one.rank_without}.` : " it would stay.");
}
