/** Filters on people, keywords, countries and languages: one search, and a chip for each that is chosen. */

import * as api from "../api.js";
import { KINDS, known } from "../catalogue.js";
import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { isolated } from "../format.js";
import { listed, t, within } from "../language.js";
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
    return { rows, said: rows.length ? t("facets.matches", { n: rows.length }) : t("facets.none") };
  };
  const search = suggest({ label: t("facets.add", { kinds: listed(kinds.map((kind) => within(kindName(kind)))) }), listLabel: t("facets.list"), placeholder: t("facets.example"), find, onempty: true, kind: "search-field" });
  const chips = h("ul.chips", { "aria-label": t("facets.chosen") });
  const paint = () => put(chips, kinds.flatMap((kind) => [
    ...mix.now()[KINDS[kind].wanted].map((name) => chip(kind, name, false)),
    ...mix.now()[KINDS[kind].out].map((name) => chip(kind, name, true))]));
  paint();
  hear("mix", paint, signal);
  const id = uid("facets");
  return h("div.field", { role: "group", "aria-labelledby": id }, h("div.label", { id }, t("facets.label")), search, chips);
}

const kindName = (kind) => t(`kind.${kind}`);

function row({ kind, name, n_items: n }) {
  const { wanted } = KINDS[kind];
  const items = t("n.nouns", { n });
  return {
    label: t("facets.row", { name: isolated(name), kind: within(kindName(kind)), items }),
    pick: () => !mix.now()[wanted].includes(name) && mix.change({ [wanted]: [...mix.now()[wanted], name] }),
    content: h("span.suggestion-text", null, h("span.suggestion-title", { dir: "auto" }, name), h("span.suggestion-facts", null, `${kindName(kind)} · ${items}`)),
  };
}

/** A press leaves the value out instead of asking for it; the cross takes it off. */
function chip(kind, name, out) {
  const { wanted, out: unwanted } = KINDS[kind];
  const from = out ? unwanted : wanted;
  const rest = () => mix.now()[from].filter((other) => other !== name);
  const to = out ? wanted : unwanted;
  return h("li.chip.chip-pair", { data: { state: out ? "out" : "wanted" } },
    h("button", { type: "button", "aria-pressed": String(!out), "aria-label": t(out ? "facets.out" : "facets.in", { kind: kindName(kind), name: isolated(name) }), onclick: () => mix.change({ [from]: rest(), [to]: [...mix.now()[to], name] }) }, icon(out ? "close" : "check"), h("bdi", null, name)),
    h("button", { type: "button", "aria-label": t("facets.remove", { name: isolated(name) }), onclick: () => mix.change({ [from]: rest() }) }, icon("trash")));
}
