/** Kinds of films to begin with, as links: each leads to films of its kind on the page that rates. */

import * as api from "../api.js";
import { h, put } from "../dom.js";
import { isolated, title } from "../format.js";
import { genre, t } from "../language.js";
import { address } from "../router.js";

/** Kinds shown of each sort. */
const SHOWN = 24;
const GROUPS = ["films", "genre", "person", "keyword", "country"];

/** The kinds of the catalogue. @returns {Promise<any[]>} */
export const kindsOf = async (signal) => (await api.kinds({ k: SHOWN }, signal)).kinds;

/** What names a kind in an address. */
export const keyOf = ({ by, name, shown }) => `${by}:${by === "films" ? shown[0].item_id : name}`;

/** A kind in words. */
export const called = ({ by, name, shown }) => (name ? isolated(by === "genre" ? genre(name) : name) : shown.map(title).join(", "));

/** Links to every kind, by what its films share. @param {{now?: string, open: boolean, signal: AbortSignal}} how now: the kind that is shown */
export function kinds({ now = "", open, signal }) {
  const body = h("div.fold-body");
  const fold = h("details.fold.kinds", { open, hidden: true }, h("summary", null, t("kinds.begin")), body);
  kindsOf(signal).then((found) => {
    put(body, GROUPS.map((by) => {
      const label = t(`kinds.${by}`);
      const some = found.filter((kind) => kind.by === by);
      return some.length > 0 && h("section.kind-group", { "aria-label": label }, h("p.kind-label", { "aria-hidden": "true" }, label), h("ul.chips", null, some.map((kind) => {
        const key = keyOf(kind);
        return h("li", null, h("a.chip", { href: address("/rate", { like: key }), "aria-current": key === now ? "true" : null }, called(kind)));
      })));
    }));
    fold.hidden = !found.length;
  }, (error) => {
    if (!api.stale(error)) put(body, h("p.hint", null, error.message));
    fold.hidden = false;
  });
  return fold;
}
