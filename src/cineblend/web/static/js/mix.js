/** The settings of a list: blend, words, diversity, filters. Kept for the next visit. */

import { keep, recall } from "./storage.js";
import { tell } from "./events.js";
import { companion } from "./people.js";
import { listedItems } from "./store.js";

export const START = Object.freeze({
  text: "", text_weight: 0.15, diversity: 0, calibration: 0, new_share: null,
  genres_any: [], genres_none: [],
  people: [], people_none: [], keywords: [], keywords_none: [], countries_any: [], countries_none: [], languages_any: [], languages_none: [],
  runtime_from: null, runtime_to: null, year_from: null, year_to: null, min_ratings: 0, max_ratings: null, watchlist_only: false, owned_only: false,
});

let mix = { ...START, ...sane(recall("mix", {})) };

function sane(kept) {
  const good = {};
  for (const [key, value] of Object.entries(kept ?? {})) {
    const model = START[key];
    if (model === undefined) continue;
    if (Array.isArray(model) ? Array.isArray(value) && value.every((one) => typeof one === "string") : model === null ? value === null || Number.isInteger(value) : typeof value === typeof model) good[key] = value;
  }
  return good;
}

export const now = () => mix;

export function change(changes) {
  mix = { ...mix, ...changes };
  if (mix.year_from !== null && mix.year_to !== null && mix.year_from > mix.year_to) mix["year_from" in changes ? "year_to" : "year_from"] = null;
  keep("mix", mix);
  tell("mix", changes);
}

/** How many filters are on, for a badge. */
export const nFilters = () =>
  Object.values(mix).filter(Array.isArray).flat().length + Number(mix.runtime_from !== null || mix.runtime_to !== null) + Number(mix.year_from !== null || mix.year_to !== null) +
  Number(mix.min_ratings > 0 || mix.max_ratings !== null) + Number(mix.watchlist_only) + Number(ownedOnly());

/** Whether only the person's own films are asked for; somebody without any sees no such filter. */
const ownedOnly = () => mix.owned_only && listedItems("owned").length > 0;

/** The query of an explanation: as for the list, without filters and re-ranking. */
export const explaining = (k) => ({ k, text: mix.text, text_weight: mix.text_weight, with_profile: companion()?.id ?? "" });

/** The query of a list. */
export function query(extra = {}) {
  return { ...mix, ...extra, with_profile: companion()?.id ?? "", watchlist_only: mix.watchlist_only ? "true" : "", owned_only: ownedOnly() ? "true" : "" };
}
