/** The preview of an import: how the file was read, what became of its rows, and the import button. */

import { h, icon, put } from "../dom.js";
import { stale } from "../api.js";
import { count, many, named, marked, title } from "../format.js";
import { poster } from "../components/poster.js";
import { toast } from "../components/toast.js";

const KINDS = {
  letterboxd: "Letterboxd", imdb: "IMDb", movielens: "MovieLens", cineblend: "Your export", tmdb: "TMDB", trakt: "Trakt",
  simkl: "Simkl", criticker: "Criticker", filmaffinity: "FilmAffinity", netflix: "Netflix", library: "Your library", table: "Table",
};

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
    put(button, "Importing …");
    try {
      await ontake(total(), Object.fromEntries([...chosen].map(([row, item]) => [row, item.item_id])), likes.checked);
    } catch (error) {
      toast({ text: `Not imported: ${error.message}`, kind: "bad" });
      paint();
    }
  } });
  const paint = () => {
    const n = total();
    button.disabled = !n;
    put(button, n ? `Import ${many(n, "film")}` : "Nothing to import");
  };
  paint();
  const tally = [
    ["check", matched.length, "matched"], ["hide", seen.length, "seen"], ["bookmark", watchlist.length, "to watch"], ["star", liked.length, "liked"], ["reel", owned.length, "owned"],
    ["info", ambiguous.length + maybe.length, "to choose"], ["close", missing.length, "not found"], ["reel", apart, "series and episodes"], ["hide", skipped.length - apart, "skipped"],
  ].filter(([, n, text]) => n || ["matched", "to choose", "not found"].includes(String(text)));
  const films = (name, text, items) => items.length > 0 && section(`${name} (${items.length})`, text, h("ul.rows", null, lots(items, (item) => h("li.found-row", null, poster(item), h("span.found-name", null, named(item))))));
  return h("div.panel.found", null,
    h("header.found-head", null, h("h2", { tabindex: "-1" }, `${KINDS[result.kind] ?? "Ratings"}: ${file}`),
      result.scale && h("p.hint", null, `Ratings in this file: ${result.scale}.`),
      h("ul.tally", null, tally.map(([name, n, text]) => h(`li.tally-${name}`, null, icon(name), h("strong", null, String(n)), ` ${text}`)))),
    ambiguous.length > 0 && section("Which one is it?", "The title fits more than one film. Rows you leave open are not imported.", h("ul.rows", null, ambiguous.map((row, n) => choice(row, `row-${n}`, chosen, paint))), true),
    maybe.length > 0 && section("Already there?", "They were not added: the catalogue has a film that may be the same.", h("ul.rows", null, maybe.map((row, n) => choice(row, `maybe-${n}`, chosen, paint))), true),
    matched.length > 0 && section(`Matched (${matched.length})`, "", h("ul.rows", null, lots(matched, (row) => h("li.found-row", null, poster(row.item), h("span.found-name", null, named(row.item), !same(row) && h("small", null, `in your file: ${row.title}`)), mark(row.rating)))), !ambiguous.length),
    films("Seen, not rated", "They are left out of your lists.", seen),
    films("Watchlist", "", watchlist),
    films("Liked", "", liked),
    films("Owned", "“Only what I own” then lists these alone, in the mixer and under Tonight.", owned),
    unrated.length > 0 && h("label.option", null, likes, h("span", null, `Count ${many(unrated.length, "liked film")} without stars as ${marked(result.like_rating)}. Otherwise they are only left out of your lists.`)),
    missing.length > 0 && notFound(missing, onadd),
    skipped.length > 0 && section(`Left out (${skipped.length})`, "", h("ul.rows", null, lots(skipped, (row) => h("li.found-row", null, h("span.found-name", null, `${row.file ? `${row.file}, line` : "Line"} ${row.row}: ${row.reason}`))))),
    result.columns.length > 0 && section("How the file was read", "", h("ul.rows", null,
      result.columns.map((one) => h("li.found-row", null, h("span.found-name", null, one.name, one.file && h("small", null, one.file)), h("span", null, one.taken_for || "not used"))),
      result.notes.map((note) => h("li.found-row", null, h("span.found-name", null, note))))),
    h("div.row.found-foot", null, button, h("button.button", { type: "button", onclick: onback }, "Another file")));
}

/** Rows of films that the catalogue lacks; where the service allows it, each can be added. */
function notFound(missing, onadd) {
  const fits = (row) => onadd && row.year && row.title.length <= LONGEST;
  const add = (rows, button, text) => {
    const all = /** @type {NodeListOf<HTMLButtonElement>} */ (body.querySelectorAll("[data-add]"));
    all.forEach((one) => (one.disabled = true));
    put(button, "Adding …");
    onadd(rows).catch((error) => {
      all.forEach((one) => (one.disabled = false));
      put(button, text);
      if (!stale(error)) toast({ text: `Not added: ${error.message}`, kind: "bad" });
    });
  };
  const adding = (text, rows, label = text) => {
    const button = h("button.button", { type: "button", "data-add": "", "aria-label": label, onclick: () => add(rows, button, text) }, text);
    return button;
  };
  const addable = missing.filter(fits);
  const some = addable.slice(0, MOST);
  const body = h("div.found-missing", null,
    some.length > 1 && h("div.row", null, adding(some.length < addable.length ? `Add the first ${count(MOST)} as films nobody rated` : `Add all ${count(some.length)} as films nobody rated`, some)),
    h("ul.rows", null, lots(missing, (row) => h("li.found-row", null, h("span.found-name", null, written(row)), mark(row.rating), fits(row) && adding("Add it as a film nobody rated", [row], `Add it as a film nobody rated: ${written(row)}`)))));
  return section(`Not found (${missing.length})`, `Missing from this catalogue, or under another name.${some.length ? " An added film can be found and rated by everyone here." : ""}`, body);
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
  const rest = h("li.found-more", null, h("button.button", { type: "button", onclick: () => rest.replaceWith(...rows.slice(100).map(make)) }, `Show ${rows.length - 100} more`));
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
    h("div.options", null, row.candidates.map((item) => option(item, named(item))), option(null, "None of these"))));
}
