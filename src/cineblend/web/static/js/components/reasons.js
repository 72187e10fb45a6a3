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
  const line = sentence(helped);
  return [line && h("p.reason", null, line), shares(pick.parts), pick.rank === 1 && weights(helped)];
}

/** The strongest reason comes first; two films of one kind are named together. */
function sentence(helped) {
  const [first] = helped;
  if (!first) return "";
  const other = people.companion();
  if (other && first.title) return forTwo(helped, other.name);
  if (!first.title) return capital(first.sentence ?? "");
  const films = helped.filter((one) => one.kind === first.kind && one.title).slice(0, 2);
  const names = films.map((one, n) => [n ? " and " : "", h("strong", null, title(one))]);
  if (first.kind === "text" && first.shared?.sentence) return ["Like ", names[0], ": ", first.shared.sentence.replace(/^both: /, "")];
  if (first.kind === "text") return ["It is like ", names];
  return [`Because you ${did(films)} `, names];
}

/** What a person did with films: what the data says of them, else whether they liked all. */
const did = (films) => taste.act || (films.every((one) => one.rating === null || inStars(one.rating) >= LIKED) ? "liked" : "rated");

/** Whether a reason is from the companion's ratings. */
const theirs = (one) => one.whose === "companion";

function forTwo(helped, name) {
  const films = helped.filter((one) => one.title);
  const [mine, hers] = [films.find((one) => !theirs(one)), films.find(theirs)];
  const part = (who, one) => one && [who, ` ${did([one])} `, h("strong", null, title(one))];
  return mine && hers ? [part("You", mine), ", ", part(name, hers)] : part(mine ? "You" : name, mine ?? hers);
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
