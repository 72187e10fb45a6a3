/** Why a film is on the list, in one line, and how much came from people and from films' texts. */

import { taste } from "../catalogue.js";
import { h } from "../dom.js";
import { capital, inStars, marked, title } from "../format.js";
import * as mix from "../mix.js";
import * as people from "../people.js";

/** The fewest stars that count as liked. */
const LIKED = 3.5;

/** @param {{rank?: number, reasons?: any[], parts?: {people: number, text: number}}} pick */
export function reason(pick) {
  const helped = (pick.reasons ?? []).filter((one) => one.contribution > 0);
  const other = people.companion();
  const lines = other ? forTwo(helped, other.name) : [sentence(helped)];
  return [lines.filter(Boolean).map((line) => h("p.reason", null, line)), shares(pick.parts), pick.rank === 1 && !other && weights(helped)];
}

/** The reason that adds most, in words; of the same kind, a second film is named with it. */
function sentence(helped) {
  const [first] = helped;
  if (!first) return "";
  if (!first.title) return capital(first.sentence ?? "");
  const films = helped.filter((one) => one.kind === first.kind && one.title).slice(0, 2);
  const names = films.map((one, n) => [n ? " and " : "", h("strong", null, title(one))]);
  if (first.kind === "text" && first.shared?.sentence) return ["Like ", names[0], ": ", common(first)];
  if (first.kind === "text") return ["It is like ", names];
  return [`Because you ${did(films)} `, names];
}

/** What a person did with films: what the data says of them, else whether they liked all. */
const did = (films) => taste.act || (films.every((one) => one.rating === null || inStars(one.rating) >= LIKED) ? "liked" : "rated");

const common = (one) => one.shared.sentence.replace(/^both: /, "");

/** Why it suits each of two people. */
function forTwo(helped, name) {
  return [["You", helped.find((one) => one.whose !== "companion")], [name, helped.find((one) => one.whose === "companion")]].map(([who, one]) => {
    if (!one) return null;
    const start = [h("b.reason-who", null, who), " "];
    if (!one.title) return [start, capital(one.sentence ?? "")];
    const film = h("strong", null, title(one));
    if (one.kind === "text") return [start, "Like ", film, one.shared?.sentence && [": ", common(one)]];
    return [start, one.rating === null || inStars(one.rating) >= LIKED ? "Because of " : "Because of a rating of ", film];
  });
}

/** Two colours: the shares from people like you, and from films' texts and your words. */
function shares(parts) {
  if (!parts) return null;
  const weight = mix.now().text_weight;
  const crowd = Math.max(0, parts.people ?? 0) * (1 - weight);
  const text = Math.max(0, parts.text ?? 0) * weight;
  if (!(crowd + text > 0)) return null;
  const share = crowd / (crowd + text);
  const words = share > 0.85 ? "mostly people like you" : share < 0.15 ? "mostly films like these" : `${Math.round(share * 100)} % people like you, ${100 - Math.round(share * 100)} % films like these`;
  return h("div.shares", { role: "img", "aria-label": `Comes from: ${words}`, "data-tip": capital(words), style: { "--share": `${(share * 100).toFixed(1)}%` } });
}

/** The first place shows more: which ratings counted, and how much. */
function weights(helped) {
  const films = new Map();
  for (const one of helped) {
    if (!one.title) continue;
    const before = films.get(one.item_id);
    films.set(one.item_id, { ...(before ?? one), contribution: one.contribution + (before?.contribution ?? 0) });
  }
  const shown = [...films.values()].sort((a, b) => b.contribution - a.contribution).slice(0, 3);
  if (shown.length < 2) return null;
  return h("ul.weights", { "aria-label": "Your strongest ratings" }, shown.map((one) => h("li", null,
    h("span", null, title(one), one.rating ? h("small", null, ` ${marked(one.rating)}`) : null),
    h(`i.weight-${one.kind}`, { "aria-hidden": "true", style: { "--size": `${((one.contribution / shown[0].contribution) * 100).toFixed(1)}%` } }))));
}
