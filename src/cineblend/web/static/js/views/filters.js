/** Filters: genres wanted or left out, years, how known, only the watchlist. */

import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import * as mix from "../mix.js";

const VOTES = [[0, "Any number of ratings"], [5, "At least 5 ratings"], [20, "At least 20 ratings"], [50, "At least 50 ratings"], [100, "At least 100 ratings"], [200, "At least 200 ratings"]];

export function filters({ model, signal }) {
  return h("div.filters", null, genres({ model, signal }), years({ model, signal }), votes(signal), onlyWatchlist(signal));
}

/** Each genre goes from "either way" to wanted to left out. */
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
    h("p.hint", null, "Press once for wanted, twice for left out."), h("div.chips", null, chips));
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
  const select = h("select.input", { id, onchange: () => mix.change({ min_ratings: Number(select.value) }) },
    VOTES.map(([n, text]) => h("option", { value: n, selected: n === mix.now().min_ratings }, text)));
  hear("mix", () => {
    select.value = String(mix.now().min_ratings);
  }, signal);
  return h("div.field", null, h("label", { for: id }, "How well known"), select);
}

function onlyWatchlist(signal) {
  const box = h("input", { type: "checkbox", role: "switch", checked: mix.now().watchlist_only, onchange: () => mix.change({ watchlist_only: box.checked }) });
  hear("mix", () => {
    box.checked = mix.now().watchlist_only;
  }, signal);
  return h("label.switch", null, box, h("span.switch-track", { "aria-hidden": "true" }), "Only my watchlist");
}
