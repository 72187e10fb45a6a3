/** Filters: genres, people and themes to include or leave out, years, length, number of ratings, watchlist or own films only. */

import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { facetPicker } from "../components/facet-picker.js";
import * as mix from "../mix.js";
import * as store from "../store.js";

/** Fewest and most ratings of a film, and the label. */
const VOTES = [
  [0, null, "Any"], [5, null, "At least 5 ratings"], [20, null, "At least 20 ratings"], [50, null, "At least 50 ratings"],
  [100, null, "At least 100 ratings"], [0, 50, "Little known: at most 50 ratings"], [0, 15, "Hardly known: at most 15 ratings"],
  [1, null, "Rated by somebody"], [0, 0, "New: rated by nobody"],
];

/** Fewest and most minutes, and the label. */
const LENGTHS = [
  [null, null, "Any"], [null, 90, "Up to 90 minutes"], [null, 120, "Up to 2 hours"], [null, 150, "Up to 2½ hours"],
  [90, 120, "90 minutes to 2 hours"], [120, null, "2 hours or more"], [180, null, "3 hours or more"],
];

export function filters({ model, signal }) {
  return h("div.filters", null, genres({ model, signal }), facetPicker(signal), years({ model, signal }), model.has_runtime && lengths(signal), votes(signal), only("watchlist_only", "Only my watchlist", signal), onlyOwned(signal));
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
      put(chip, state && icon(state === "wanted" ? "check" : "close"), genre, state === "out" && h("span.visually-hidden", null, ", left out"));
    };
    paint();
    hear("mix", paint, signal);
    return chip;
  });
  const id = uid("genres");
  return h("div.field", { role: "group", "aria-labelledby": id }, h("div.label", { id }, "Genres"),
    h("p.hint", null, "Press once to include, twice to leave out."), h("div.chips", null, chips));
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
  return h("div.field", { role: "group", "aria-labelledby": id }, h("div.label", { id }, "Years"),
    h("div.pair", null, make("year_from", "From year", from), h("span", { "aria-hidden": "true" }, "to"), make("year_to", "To year", to)));
}

function votes(signal) {
  const id = uid("votes");
  const chosen = () => Math.max(0, VOTES.findIndex(([least, most]) => least === mix.now().min_ratings && most === mix.now().max_ratings));
  const select = h("select.input", { id, onchange: () => {
    const [min_ratings, max_ratings] = VOTES[Number(select.value)];
    mix.change({ min_ratings, max_ratings });
  } }, VOTES.map(([, , text], n) => h("option", { value: n, selected: n === chosen() }, text)));
  hear("mix", () => {
    select.value = String(chosen());
  }, signal);
  return h("div.field", null, h("label", { for: id }, "How well known"), select);
}

function lengths(signal) {
  const id = uid("length");
  const chosen = () => Math.max(0, LENGTHS.findIndex(([least, most]) => least === mix.now().runtime_from && most === mix.now().runtime_to));
  const select = h("select.input", { id, onchange: () => {
    const [runtime_from, runtime_to] = LENGTHS[Number(select.value)];
    mix.change({ runtime_from, runtime_to });
  } }, LENGTHS.map(([, , text], n) => h("option", { value: n, selected: n === chosen() }, text)));
  hear("mix", () => {
    select.value = String(chosen());
  }, signal);
  return h("div.field", null, h("label", { for: id }, "Length"), select);
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
  const row = only("owned_only", "Only what I own", signal);
  const paint = () => {
    row.hidden = !store.listedItems("owned").length;
  };
  hear("lists", paint, signal);
  paint();
  return row;
}
