/** All ratings of the person: searched, sorted, page by page, and saved as CSV. */

import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { inStars, plain, title } from "../format.js";
import { t } from "../language.js";
import { card } from "../components/card.js";
import { save as take } from "../components/take-out.js";
import { empty } from "../components/states.js";
import * as store from "../store.js";

const STEP = 60;

const ORDERS = {
  newest: (a, b) => b.rated_at - a.rated_at,
  oldest: (a, b) => a.rated_at - b.rated_at,
  best: (a, b) => b.rating - a.rating || b.rated_at - a.rated_at,
  worst: (a, b) => a.rating - b.rating || b.rated_at - a.rated_at,
  title: (a, b) => plain(title(a.item)).localeCompare(plain(title(b.item))),
};

export function myRatings(signal) {
  const list = h("ul.cards.cards-list.cards-compact", { "aria-label": t("ratings.title") });
  const note = h("span.section-note", { role: "status" });
  const under = h("div.under");
  const ids = [uid("find"), uid("order")];
  const find = /** @type {HTMLInputElement} */ (h("input.input", { id: ids[0], type: "search", maxlength: 100, autocomplete: "off", oninput: () => paint() }));
  const order = /** @type {HTMLSelectElement} */ (h("select.input", { id: ids[1], onchange: () => paint() }, Object.keys(ORDERS).map((key) => h("option", { value: key }, t(key === "title" ? "order.title" : `ratings.${key}`)))));
  const tools = h("div.toolbar.toolbar-ratings", null,
    h("div.field", null, h("label", { for: ids[0] }, t("ratings.find")), h("div.input-with-icon", null, icon("search"), find)),
    h("div.field", null, h("label", { for: ids[1] }, t("films.order")), order),
    h("button.button", { type: "button", onclick: save }, icon("download"), t("ratings.csv")));
  let shown = STEP;

  const paint = (most = STEP) => {
    shown = most;
    const all = store.rated();
    const sought = plain(find.value);
    const found = all.filter(({ item }) => plain(`${title(item)} ${item.year ?? ""}`).includes(sought)).sort(ORDERS[order.value]);
    tools.hidden = !all.length;
    put(note, sought ? t("ratings.of", { items: t("n.nouns", { n: found.length }), all: all.length }) : all.length > 0 && t("n.nouns", { n: all.length }));
    put(list, found.slice(0, shown).map(({ item }) => card(item, { signal, level: 3, actions: false })));
    list.hidden = !found.length;
    put(under, !all.length ? empty({ art: "rate", title: t("ratings.none"), text: t("ratings.how"), actions: h("a.button.button-primary", { href: "#/rate" }, t("welcome.rate")) })
      : !found.length ? empty({ title: t("ratings.notFound"), text: t("ratings.fewer") })
        : found.length > shown && h("button.button", { type: "button", onclick: more }, t("ratings.more")));
  };
  const more = () => {
    const before = shown;
    paint(shown + STEP);
    list.children[before]?.querySelector(".card-title a")?.focus({ preventScroll: true });
  };
  hear("ratings", ({ value, all }) => (all || value === null) && paint(shown), signal);
  paint();
  return h("section", null, h("div.section-head", null, h("h2", null, t("ratings.title")), note), tools, list, under);
}

/** Save as Letterboxd writes it, so that other sites can read it. */
function save() {
  const rows = store.rated().sort(ORDERS.newest).map(({ item, rating, rated_at: at }) =>
    [new Date(at * 1000).toISOString().slice(0, 10), item.title, item.year ?? "", inStars(rating), item.imdb_id ?? ""].map(cell).join(","));
  take(["Date,Name,Year,Rating,imdbID", ...rows].join("\r\n"), "cineblend-ratings.csv", "text/csv");
}

/** A cell of a CSV file; one that a spreadsheet would take for a formula is quoted as text. */
function cell(value) {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
