/** Search as you type: films by title, and people by name; the server tolerates typing errors. */

import * as api from "../api.js";
import { known } from "../catalogue.js";
import { h, icon } from "../dom.js";
import { facts, isolated, named, plain, marked, title } from "../format.js";
import { listed, role, t } from "../language.js";
import * as store from "../store.js";
import { poster } from "./poster.js";
import { suggest } from "./suggest.js";

/**
 * @param {{label: string, placeholder: string, onpick: (item: any) => void, onperson?: (name: string) => void,
 *   onall?: (query: string) => void, kind?: string}} options onperson: people are searched too
 */
export function combobox({ label, placeholder, onpick, onperson, onall, kind = "" }) {
  const find = async (query, signal) => {
    const people = onperson && known(["people"]).length ? api.facets({ kind: "people", q: query, limit: 3 }, signal) : { items: [] };
    const [films, found] = await Promise.all([api.items({ query, limit: 7 }, signal), people]);
    const rows = [films.items.map((item) => filmRow(item, onpick)), found.items.map((one) => personRow(one, onperson))];
    if (matches(found.items, "name", query) && !matches(films.items, "title", query)) rows.reverse();
    const what = [t("n.nouns", { n: films.total }), found.items.length > 0 && t("n.people", { n: found.items.length })].filter(Boolean);
    return { rows: rows.flat(), said: films.total + found.items.length ? t("search.said", { what: listed(what) }) : t("search.none") };
  };
  return suggest({ label, listLabel: t(onperson ? "search.foundBoth" : "search.found"), placeholder, find, onall, kind });
}

/** Whether a name of the list has all that was typed. */
const matches = (list, key, query) => list.some((one) => plain(one[key]).includes(plain(query)));

function filmRow(item, onpick) {
  const mine = store.rating(item.item_id);
  return {
    label: named(item), pick: () => onpick(item),
    content: [poster(item), h("span.suggestion-text", null, h("span.suggestion-title", { dir: "auto" }, title(item)), h("span.suggestion-facts", null, facts(item))), mine && h("span.suggestion-mine", null, marked(mine))],
  };
}

function personRow({ name, n_items, roles }, onperson) {
  const about = [t("n.nouns", { n: n_items }), roles.slice(0, 2).map(role).join(", ")].filter(Boolean).join(" · ");
  return {
    label: `${isolated(name)}, ${about}`, pick: () => onperson(name),
    content: [h("span.suggestion-person", { "aria-hidden": "true" }, icon("person")), h("span.suggestion-text", null, h("span.suggestion-title", { dir: "auto" }, name), h("span.suggestion-facts", null, about))],
  };
}
