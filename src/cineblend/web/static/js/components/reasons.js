/** Why a film is on the list, in one line, and how much came from people and from films' texts. */

import { taste } from "../catalogue.js";
import { h } from "../dom.js";
import { capital, inStars, marked, title } from "../format.js";
import { deed, listedNodes, t, woven } from "../language.js";
import * as mix from "../mix.js";
import * as people from "../people.js";
import { inCommon, lineWords } from "./shared.js";

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
  if (!first.title) return `${lineWords(first)}.`;
  const films = helped.filter((one) => one.kind === first.kind && one.title).slice(0, 2);
  const names = films.map((one) => h("strong", null, title(one)));
  const what = inCommon(first.shared);
  if (first.kind === "text" && what) return woven("reason.likeIn", { title: names[0], what: bare(what) });
  if (first.kind === "text") return woven("reason.like", { titles: listedNodes(names) });
  return woven("reason.because", { titles: listedNodes(names), did: did(films) });
}

/** What a person did with films: what the data says of them, else whether they liked all. */
function did(films) {
  if (taste.act) return t("reason.did", { act: deed(taste.act) });
  return t(films.every((one) => one.rating === null || inStars(one.rating) >= LIKED) ? "reason.liked" : "reason.rated");
}

/** Words in common alone need no "both:" behind the film. */
const bare = (what) => (what.startsWith(t("shared.words")) ? what.slice(t("shared.words").length) : what);

/** Why it suits each of two people. */
function forTwo(helped, name) {
  return [[t("reason.you"), helped.find((one) => one.whose !== "companion")], [name, helped.find((one) => one.whose === "companion")]].map(([who, one]) => {
    if (!one) return null;
    const start = [h("b.reason-who", null, who), " "];
    if (!one.title) return [start, `${lineWords(one)}.`];
    const film = h("strong", null, title(one));
    const what = inCommon(one.shared);
    if (one.kind === "text") return [start, what ? woven("reason.likeIn", { title: film, what: bare(what) }) : woven("reason.twoLike", { title: film })];
    return [start, woven(one.rating === null || inStars(one.rating) >= LIKED ? "reason.of" : "reason.ofRating", { title: film })];
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
  const rounded = Math.round(share * 100);
  const words = share > 0.85 ? t("reason.mostlyPeople") : share < 0.15 ? t("reason.mostlyItems") : t("reason.both", { people: rounded, items: 100 - rounded });
  return h("div.shares", { role: "img", "aria-label": t("reason.from", { what: words }), "data-tip": capital(words), style: { "--share": `${(share * 100).toFixed(1)}%` } });
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
  return h("ul.weights", { "aria-label": t("reason.strongest") }, shown.map((one) => h("li", null,
    h("span", null, title(one), one.rating ? h("small", null, ` ${marked(one.rating)}`) : null),
    h(`i.weight-${one.kind}`, { "aria-hidden": "true", style: { "--size": `${((one.contribution / shown[0].contribution) * 100).toFixed(1)}%` } }))));
}
