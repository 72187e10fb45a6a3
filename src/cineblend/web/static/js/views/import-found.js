/** The preview of an import: matched, ambiguous, not found and skipped rows, and the import button. */

import { h, icon, put } from "../dom.js";
import { many, named, marked, title } from "../format.js";
import { poster } from "../components/poster.js";
import { toast } from "../components/toast.js";

const KINDS = { letterboxd: "Letterboxd", imdb: "IMDb", movielens: "MovieLens", cineblend: "Your export" };

/** @param {any} result the service's answer @param {string} file @param {{onback: () => void, ontake: (chosen: any[]) => Promise<void>}} how */
export function found(result, file, { onback, ontake }) {
  /** @type {Map<number, any>} row to the film chosen for it */
  const chosen = new Map();
  const button = h("button.button.button-primary.button-large", { type: "button", onclick: async () => {
    button.disabled = true;
    put(button, "Importing …");
    try {
      await ontake([...chosen].map(([row, item]) => ({ item, rating: result.ambiguous.find((one) => one.row === row).rating })));
    } catch (error) {
      toast({ text: `Not imported: ${error.message}`, kind: "bad" });
      paint();
    }
  } });
  const paint = () => {
    const n = result.matched.length + chosen.size;
    button.disabled = !n;
    put(button, n ? `Import ${many(n, "film")}` : "Nothing to import");
  };
  paint();
  const tally = [
    ["check", result.matched.length, "matched"], ["info", result.ambiguous.length, "to choose"],
    ["close", result.not_found.length, "not found"], ["hide", result.skipped?.length ?? 0, "skipped"],
  ];
  return h("div.panel.found", null,
    h("header.found-head", null, h("h2", { tabindex: "-1" }, `${KINDS[result.kind] ?? "Ratings"}: ${file}`),
      h("ul.tally", null, tally.map(([name, n, text]) => h(`li.tally-${name}`, null, icon(name), h("strong", null, String(n)), ` ${text}`)))),
    result.ambiguous.length > 0 && section("Which one is it?", "The title fits more than one film. Rows you leave open are not imported.", h("ul.rows", null, result.ambiguous.map((row) => choice(row, chosen, paint))), true),
    result.matched.length > 0 && section(`Matched (${result.matched.length})`, "", h("ul.rows", null, lots(result.matched, (row) => h("li.found-row", null, poster(row.item), h("span.found-name", null, named(row.item), !same(row) && h("small", null, `in your file: ${row.title}`)), mark(row.rating)))), !result.ambiguous.length),
    result.not_found.length > 0 && section(`Not found (${result.not_found.length})`, "Missing from this catalogue, or under another name.", h("ul.rows", null, lots(result.not_found, (row) => h("li.found-row", null, h("span.found-name", null, row.year ? `${row.title} (${row.year})` : row.title), mark(row.rating))))),
    result.skipped?.length > 0 && section(`Skipped (${result.skipped.length})`, "", h("ul.rows", null, lots(result.skipped, (row) => h("li.found-row", null, h("span.found-name", null, `Line ${row.row}: ${row.reason}`))))),
    h("div.row.found-foot", null, button, h("button.button", { type: "button", onclick: onback }, "Another file")));
}

const same = (row) => row.title && (title(row.item).toLowerCase() === row.title.toLowerCase() || row.item.title.toLowerCase() === row.title.toLowerCase());
const mark = (rating) => h("span.found-mark", null, marked(rating));

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

function choice(row, chosen, paint) {
  const name = `row-${row.row}`;
  const option = (item, text) => h("label.option", null,
    h("input", { type: "radio", name, checked: !item, onchange: () => {
      if (item) chosen.set(row.row, item);
      else chosen.delete(row.row);
      paint();
    } }), item ? poster(item) : null, h("span", null, text));
  return h("li", null, h("fieldset.choice", null, h("legend", null, row.year ? `${row.title} (${row.year}) ` : `${row.title} `, mark(row.rating)),
    h("div.options", null, row.candidates.map((item) => option(item, named(item))), option(null, "None of these"))));
}
