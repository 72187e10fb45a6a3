/** Filters: genres, people and themes to include or leave out, years, length, number of ratings, watchlist or own films only. */

import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { genre as genreName, t } from "../language.js";
import { facetPicker } from "../components/facet-picker.js";
import * as mix from "../mix.js";
import * as store from "../store.js";

/** Fewest and most ratings, the key of the label, and its number. */
const VOTES = [
  [0, null, "votes.any"], [5, null, "votes.least", 5], [20, null, "votes.least", 20], [50, null, "votes.least", 50], [100, null, "votes.least", 100],
  [0, 50, "votes.little", 50], [0, 15, "votes.hardly", 15], [1, null, "votes.somebody"], [0, 0, "votes.nobody"],
];

/** Fewest and most minutes, and the key of the label. */
const LENGTHS = [
  [null, null, "length.any"], [null, 90, "length.to90"], [null, 120, "length.to120"], [null, 150, "length.to150"],
  [90, 120, "length.from90"], [120, null, "length.from120"], [180, null, "length.from180"],
];

export function filters({ model, signal }) {
  return h("div.filters", null, genres({ model, signal }), facetPicker(signal), years({ model, signal }), model.has_runtime && lengths(signal), votes(signal), only("watchlist_only", t("filters.watchlist"), signal), onlyOwned(signal));
}

/** Each press takes a genre from neutral to included to left out. */
function genres({ model, signal }) {
  const chips = model.genres.map((genre) => {
    const chip = h("button.chip", { type: "button", onclick: () => {
      const { genres_any: any, genres_none: none } = mix.now();
      if (any.includes(genre)) mix.change({ genres_any: any.filter((g) => g !== genre), genres_none: [...none, genre] });
      else if (none.includes(genre)) mix.change({ genres_none: none.filter((g) => g !== genre) });
      else mix.change({ genres_any: [...any, genre] });
    } });
    const paint = () => {
      const state = mix.now().genres_any.includes(genre) ? "wanted" : mix.now().genres_none.includes(genre) ? "out" : "";
      chip.dataset.state = state;
      chip.setAttribute("aria-pressed", state === "" ? "false" : state === "wanted" ? "true" : "mixed");
      put(chip, state && icon(state === "wanted" ? "check" : "close"), genreName(genre), state === "out" && h("span.visually-hidden", null, t("filters.leftOut")));
    };
    paint();
    hear("mix", paint, signal);
    return chip;
  });
  const id = uid("genres");
  return h("div.field", { role: "group", "aria-labelledby": id }, h("div.label", { id }, t("filters.genres")),
    h("p.hint", null, t("filters.genresHint")), h("div.chips", null, chips));
}

function years({ model, signal }) {
  const from = model.years.from ?? 1870;
  const to = model.years.to ?? new Date().getFullYear();
  const make = (key, label, fallback) => {
    const input = /** @type {HTMLInputElement} */ (h("input.input", {
      type: "number", inputmode: "numeric", min: from, max: to, step: 1, placeholder: fallback, "aria-label": label, value: mix.now()[key] ?? "",
      onchange: () => {
        const year = input.value === "" ? null : Math.round(Number(input.value));
        mix.change({ [key]: year === null || !Number.isFinite(year) ? null : Math.min(to, Math.max(from, year)) });
      },
    }));
    hear("mix", () => {
      input.value = mix.now()[key] ?? "";
    }, signal);
    return input;
  };
  const id = uid("years");
  return h("div.field", { role: "group", "aria-labelledby": id }, h("div.label", { id }, t("filters.years")),
    h("div.pair", null, make("year_from", t("filters.from"), from), h("span", { "aria-hidden": "true" }, t("filters.until")), make("year_to", t("filters.to"), to)));
}

function votes(signal) {
  const id = uid("votes");
  const chosen = () => Math.max(0, VOTES.findIndex(([least, most]) => least === mix.now().min_ratings && most === mix.now().max_ratings));
  const select = h("select.input", { id, onchange: () => {
    const [min_ratings, max_ratings] = VOTES[Number(select.value)];
    mix.change({ min_ratings, max_ratings });
  } }, VOTES.map(([, , key, ratings], n) => h("option", { value: n, selected: n === chosen() }, t(key, { n: ratings }))));
  hear("mix", () => {
    select.value = String(chosen());
  }, signal);
  return h("div.field", null, h("label", { for: id }, t("filters.known")), select);
}

function lengths(signal) {
  const id = uid("length");
  const chosen = () => Math.max(0, LENGTHS.findIndex(([least, most]) => least === mix.now().runtime_from && most === mix.now().runtime_to));
  const select = h("select.input", { id, onchange: () => {
    const [runtime_from, runtime_to] = LENGTHS[Number(select.value)];
    mix.change({ runtime_from, runtime_to });
  } }, LENGTHS.map(([, , key], n) => h("option", { value: n, selected: n === chosen() }, t(key))));
  hear("mix", () => {
    select.value = String(chosen());
  }, signal);
  return h("div.field", null, h("label", { for: id }, t("filters.length")), select);
}

function only(key, label, signal) {
  const box = h("input", { type: "checkbox", role: "switch", checked: mix.now()[key], onchange: () => mix.change({ [key]: box.checked }) });
  hear("mix", () => {
    box.checked = mix.now()[key];
  }, signal);
  return h("label.switch", null, box, h("span.switch-track", { "aria-hidden": "true" }), label);
}

/** Shown to somebody whose library was imported. */
function onlyOwned(signal) {
  const row = only("owned_only", t("filters.owned"), signal);
  const paint = () => {
    row.hidden = !store.listedItems("owned").length;
  };
  hear("lists", paint, signal);
  paint();
  return row;
}
