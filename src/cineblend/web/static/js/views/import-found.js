/** The preview of an import: how the file was read, what became of its rows, and the import button. */

import { h, icon, put } from "../dom.js";
import { stale } from "../api.js";
import { named, marked, title } from "../format.js";
import { t } from "../language.js";
import { poster } from "../components/poster.js";
import { toast } from "../components/toast.js";

/** Names of sites; they are the same in every language. */
const SITES = {
  letterboxd: "Letterboxd", imdb: "IMDb", movielens: "MovieLens", tmdb: "TMDB", trakt: "Trakt",
  simkl: "Simkl", criticker: "Criticker", filmaffinity: "FilmAffinity", netflix: "Netflix",
};

/** Whose file it is. */
const kindOf = (kind) => SITES[kind] ?? t({ cineblend: "found.own", library: "found.collection", table: "found.table" }[kind] ?? "found.ratings");

/** Most films that are added at once, and the longest title that is, as the service has it. */
const MOST = 1000;
const LONGEST = 300;

/** @param {any} result the service's answer @param {string} file
 *  @param {{chosen: Map<string, any>, doubtful: Map<string, any[]>, onadd: ((rows: any[]) => Promise<void>) | null, onback: () => void, ontake: (n: number, choices: Record<string, any>, rateLikes: boolean) => Promise<void>}} how
 *    chosen: title and year of a row to the film chosen for it; doubtful: to the films that it may mean after all */
export function found(result, file, { chosen, doubtful, onadd, onback, ontake }) {
  const { matched, ambiguous, not_found, seen, watchlist, liked, hidden, owned, skipped } = result;
  const missing = not_found.filter((row) => !doubtful.has(written(row)));
  const maybe = not_found.filter((row) => doubtful.has(written(row))).map((row) => ({ ...row, candidates: doubtful.get(written(row)) }));
  const apart = result.n_series + result.n_episodes;
  const rated = new Set(matched.map((row) => row.item.item_id));
  const unrated = liked.filter((item) => !rated.has(item.item_id));
  const likes = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox" }));
  const total = () => new Set([...rated, ...[seen, watchlist, liked, hidden, owned, [...chosen.values()]].flat().map((item) => item.item_id)]).size;
  const button = h("button.button.button-primary.button-large", { type: "button", onclick: async () => {
    button.disabled = true;
    put(button, t("found.importing"));
    try {
      await ontake(total(), Object.fromEntries([...chosen].map(([row, item]) => [row, item.item_id])), likes.checked);
    } catch (error) {
      toast({ text: t("found.notImported", { problem: error.message }), kind: "bad" });
      paint();
    }
  } });
  const paint = () => {
    const n = total();
    button.disabled = !n;
    put(button, n ? t("found.button", { n }) : t("found.nothing"));
  };
  paint();
  const tally = [
    ["check", matched.length, "matched"], ["hide", seen.length, "seen"], ["bookmark", watchlist.length, "watchlist"], ["star", liked.length, "liked"], ["reel", owned.length, "owned"],
    ["info", ambiguous.length + maybe.length, "open"], ["close", missing.length, "missing"], ["reel", apart, "series"], ["hide", skipped.length - apart, "skipped"],
  ].filter(([, n, key]) => n || ["matched", "open", "missing"].includes(String(key)));
  const counted = (name, rows) => t("found.counted", { name, n: rows.length });
  const films = (name, text, items) => items.length > 0 && section(counted(name, items), text, h("ul.rows", null, lots(items, (item) => h("li.found-row", null, poster(item), h("span.found-name", null, named(item))))));
  return h("div.panel.found", null,
    h("header.found-head", null, h("h2", { tabindex: "-1" }, t("found.heading", { kind: kindOf(result.kind), file })),
      result.scale && h("p.hint", null, t("found.scale", { scale: result.scale })),
      h("ul.tally", null, tally.map(([name, n, key]) => h(`li.tally-${name}`, null, icon(name), h("strong", null, String(n)), ` ${t(`tally.${key}`)}`)))),
    ambiguous.length > 0 && section(t("found.which"), t("found.whichText"), h("ul.rows", null, ambiguous.map((row, n) => choice(row, `row-${n}`, chosen, paint))), true),
    maybe.length > 0 && section(t("found.maybe"), t("found.maybeText"), h("ul.rows", null, maybe.map((row, n) => choice(row, `maybe-${n}`, chosen, paint))), true),
    matched.length > 0 && section(counted(t("found.matched"), matched), "", h("ul.rows", null, lots(matched, (row) => h("li.found-row", null, poster(row.item), h("span.found-name", null, named(row.item), !same(row) && h("small", null, t("found.inFile", { title: row.title }))), mark(row.rating)))), !ambiguous.length),
    films(t("found.seen"), t("found.seenText"), seen),
    films(t("nav.watchlist"), "", watchlist),
    films(t("found.liked"), "", liked),
    films(t("found.owned"), t("found.ownedText", { switch: t("filters.owned") }), owned),
    unrated.length > 0 && h("label.option", null, likes, h("span", null, t("found.likes", { n: unrated.length, rating: marked(result.like_rating) }))),
    missing.length > 0 && notFound(missing, onadd),
    skipped.length > 0 && section(counted(t("found.skipped"), skipped), "", h("ul.rows", null, lots(skipped, (row) => h("li.found-row", null, h("span.found-name", null, t(row.file ? "found.lineIn" : "found.line", row)))))),
    result.columns.length > 0 && section(t("found.how"), "", h("ul.rows", null,
      result.columns.map((one) => h("li.found-row", null, h("span.found-name", null, one.name, one.file && h("small", null, one.file)), h("span", null, one.taken_for || t("found.unused")))),
      result.notes.map((note) => h("li.found-row", null, h("span.found-name", null, note))))),
    h("div.row.found-foot", null, button, h("button.button", { type: "button", onclick: onback }, t("found.another"))));
}

/** Rows of films that the catalogue lacks; where the service allows it, each can be added. */
function notFound(missing, onadd) {
  const fits = (row) => onadd && row.year && row.title.length <= LONGEST && /[\p{L}\p{N}]/u.test(row.title);
  const add = (rows, button, text) => {
    const all = /** @type {NodeListOf<HTMLButtonElement>} */ (body.querySelectorAll("[data-add]"));
    all.forEach((one) => (one.disabled = true));
    put(button, t("found.adding"));
    onadd(rows).catch((error) => {
      all.forEach((one) => (one.disabled = false));
      put(button, text);
      if (!stale(error)) toast({ text: t("people.notAdded", { problem: error.message }), kind: "bad" });
    });
  };
  const adding = (text, rows, label = text) => {
    const button = h("button.button", { type: "button", "data-add": "", "aria-label": label, onclick: () => add(rows, button, text) }, text);
    return button;
  };
  const addable = missing.filter(fits);
  const some = addable.slice(0, MOST);
  const body = h("div.found-missing", null,
    some.length > 1 && h("div.row", null, adding(t(some.length < addable.length ? "found.addFirst" : "found.addAll", { n: some.length }), some)),
    h("ul.rows", null, lots(missing, (row) => h("li.found-row", null, h("span.found-name", null, written(row)), mark(row.rating), fits(row) && adding(t("found.add"), [row], t("found.addThis", { title: written(row) }))))));
  return section(t("found.counted", { name: t("found.missing"), n: missing.length }), t(some.length ? "found.missingAdd" : "found.missingText"), body);
}

/** A row as its file names it. */
export const written = (row) => (row.year ? `${row.title} (${row.year})` : row.title);
const same = (row) => row.title && (title(row.item).toLowerCase() === row.title.toLowerCase() || row.item.title.toLowerCase() === row.title.toLowerCase());
const mark = (rating) => rating !== null && h("span.found-mark", null, marked(rating));

function section(name, text, body, open = false) {
  return h("details.fold", { open }, h("summary", null, name), h("div.fold-body", null, text && h("p.hint", null, text), body));
}

/** The first hundred at once, all of them when asked for. */
function lots(rows, make) {
  const first = rows.slice(0, 100).map(make);
  if (rows.length <= 100) return first;
  const rest = h("li.found-more", null, h("button.button", { type: "button", onclick: () => rest.replaceWith(...rows.slice(100).map(make)) }, t("found.showMore", { n: rows.length - 100 })));
  return [...first, rest];
}

function choice(row, name, chosen, paint) {
  const now = chosen.get(written(row))?.item_id;
  const option = (item, text) => h("label.option", null,
    h("input", { type: "radio", name, checked: item ? item.item_id === now : now === undefined, onchange: () => {
      if (item) chosen.set(written(row), item);
      else chosen.delete(written(row));
      paint();
    } }), item ? poster(item) : null, h("span", null, text));
  return h("li", null, h("fieldset.choice", null, h("legend", null, `${written(row)} `, mark(row.rating)),
    h("div.options", null, row.candidates.map((item) => option(item, named(item))), option(null, t("found.noneOf")))));
}
