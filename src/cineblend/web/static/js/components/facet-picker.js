/** Filters on people, keywords, countries and languages: one search, and a chip for each that is chosen. */

import * as api from "../api.js";
import { KINDS, known } from "../catalogue.js";
import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { isolated, listed, many } from "../format.js";
import * as mix from "../mix.js";
import { suggest } from "./suggest.js";

/** @returns {HTMLElement | null} null where no film has any of them */
export function facetPicker(signal) {
  const kinds = known();
  if (!kinds.length) return null;
  const find = async (query, aborted) => {
    const limit = kinds.length > 2 ? 3 : 6;
    const answers = await Promise.all(kinds.map((kind) => api.facets({ kind, q: query, limit }, aborted)));
    const rows = answers.flatMap(({ items }) => items).map(row);
    return { rows, said: rows.length ? `${many(rows.length, "match", "matches")}.` : "Nothing found. Try fewer letters." };
  };
  const what = listed(kinds.map((kind) => KINDS[kind].one.toLowerCase()));
  const search = suggest({ label: `Add a ${what} to the filters`, listLabel: "Matches", placeholder: "A name or a theme", find, onempty: true, kind: "search-field" });
  const chips = h("ul.chips", { "aria-label": "Chosen" });
  const paint = () => put(chips, kinds.flatMap((kind) => [
    ...mix.now()[KINDS[kind].wanted].map((name) => chip(kind, name, false)),
    ...mix.now()[KINDS[kind].out].map((name) => chip(kind, name, true))]));
  paint();
  hear("mix", paint, signal);
  const id = uid("facets");
  return h("div.field", { role: "group", "aria-labelledby": id }, h("div.label", { id }, "Who and what"), search, chips);
}

function row({ kind, name, n_items: n }) {
  const { one, wanted } = KINDS[kind];
  return {
    label: `${isolated(name)}, ${one.toLowerCase()}, ${many(n, "film")}`,
    pick: () => !mix.now()[wanted].includes(name) && mix.change({ [wanted]: [...mix.now()[wanted], name] }),
    content: h("span.suggestion-text", null, h("span.suggestion-title", { dir: "auto" }, name), h("span.suggestion-facts", null, `${one} · ${many(n, "film")}`)),
  };
}

/** A press leaves the value out instead of asking for it; the cross takes it off. */
function chip(kind, name, out) {
  const { wanted, out: unwanted, one } = KINDS[kind];
  const from = out ? unwanted : wanted;
  const rest = () => mix.now()[from].filter((other) => other !== name);
  const to = out ? wanted : unwanted;
  return h("li.chip.chip-pair", { data: { state: out ? "out" : "wanted" } },
    h("button", { type: "button", "aria-pressed": String(!out), "aria-label": `${one} ${isolated(name)}: ${out ? "left out" : "included"}`, onclick: () => mix.change({ [from]: rest(), [to]: [...mix.now()[to], name] }) }, icon(out ? "close" : "check"), h("bdi", null, name)),
    h("button", { type: "button", "aria-label": `Remove ${isolated(name)} from the filters`, onclick: () => mix.change({ [from]: rest() }) }, icon("trash")));
}
