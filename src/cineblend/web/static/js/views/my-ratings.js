/** All ratings of the person: searched, sorted, page by page, and saved as CSV. */

import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { inStars, many, plain, title } from "../format.js";
import { card } from "../components/card.js";
import { empty } from "../components/states.js";
import * as store from "../store.js";

const STEP = 60;

const ORDERS = {
  newest: ["Newest first", (a, b) => b.rated_at - a.rated_at],
  oldest: ["Oldest first", (a, b) => a.rated_at - b.rated_at],
  best: ["Highest first", (a, b) => b.rating - a.rating || b.rated_at - a.rated_at],
  worst: ["Lowest first", (a, b) => a.rating - b.rating || b.rated_at - a.rated_at],
  title: ["By title", (a, b) => plain(title(a.item)).localeCompare(plain(title(b.item)))],
};

export function myRatings(signal) {
  const list = h("ul.cards.cards-list.cards-compact", { "aria-label": "Your ratings" });
  const note = h("span.section-note", { role: "status" });
  const under = h("div.under");
  const ids = [uid("find"), uid("order")];
  const find = /** @type {HTMLInputElement} */ (h("input.input", { id: ids[0], type: "search", maxlength: 100, autocomplete: "off", oninput: () => paint() }));
  const order = /** @type {HTMLSelectElement} */ (h("select.input", { id: ids[1], onchange: () => paint() }, Object.entries(ORDERS).map(([key, [name]]) => h("option", { value: key }, name))));
  const tools = h("div.toolbar.toolbar-ratings", null,
    h("div.field", null, h("label", { for: ids[0] }, "Find among your ratings"), h("div.input-with-icon", null, icon("search"), find)),
    h("div.field", null, h("label", { for: ids[1] }, "Order"), order),
    h("button.button", { type: "button", onclick: save }, icon("download"), "CSV"));
  let shown = STEP;

  const paint = (most = STEP) => {
    shown = most;
    const all = store.rated();
    const sought = plain(find.value);
    const found = all.filter(({ item }) => plain(`${title(item)} ${item.year ?? ""}`).includes(sought)).sort(ORDERS[order.value][1]);
    tools.hidden = !all.length;
    put(note, sought ? `${many(found.length, "film")} of ${all.length}` : all.length > 0 && many(all.length, "film"));
    put(list, found.slice(0, shown).map(({ item }) => card(item, { signal, level: 3, actions: false })));
    list.hidden = !found.length;
    put(under, !all.length ? empty({ art: "rate", title: "No ratings yet", text: "Rate a film anywhere and it appears here.", actions: h("a.button.button-primary", { href: "#/rate" }, "Rate a few films") })
      : !found.length ? empty({ title: "None of your ratings", text: "Try fewer letters." })
        : found.length > shown && h("button.button", { type: "button", onclick: more }, "Show more ratings"));
  };
  const more = () => {
    const before = shown;
    paint(shown + STEP);
    list.children[before]?.querySelector(".card-title a")?.focus({ preventScroll: true });
  };
  hear("ratings", ({ value, all }) => (all || value === null) && paint(shown), signal);
  paint();
  return h("section", null, h("div.section-head", null, h("h2", null, "Your ratings"), note), tools, list, under);
}

/** Save as Letterboxd writes it, so that other sites can read it. */
function save() {
  const rows = store.rated().sort(ORDERS.newest[1]).map(({ item, rating, rated_at: at }) =>
    [new Date(at * 1000).toISOString().slice(0, 10), item.title, item.year ?? "", inStars(rating), item.imdb_id ?? ""].map(cell).join(","));
  const link = h("a", { href: URL.createObjectURL(new Blob([["Date,Name,Year,Rating,imdbID", ...rows].join("\r\n")], { type: "text/csv" })), download: "cineblend-ratings.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A cell of a CSV file; one that a spreadsheet would take for a formula is quoted as text. */
function cell(value) {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
