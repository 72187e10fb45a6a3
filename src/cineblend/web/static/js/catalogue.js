/** What the model's catalogue has: read once, asked wherever a control only makes sense with it. */

import { callThem } from "./language.js";

let facets = {};

/** How people say what they like: with stars, with thumbs where ratings may be negative, or with a heart. */
export const taste = { kind: "stars", act: "", low: 0.5, high: 5, floor: 0 };

export function learn(model) {
  facets = model.facets ?? {};
  callThem(model);
  const { low, high } = model.scale;
  const kind = model.feedback === "implicit" ? "heart" : low < 0 ? "thumbs" : "stars";
  Object.assign(taste, { kind, act: model.act, low, high, floor: Math.min(low, 0) });
}

/** Kinds of facets, and the filters that a list and a search have for them. */
export const KINDS = {
  people: { wanted: "people", out: "people_none" },
  keywords: { wanted: "keywords", out: "keywords_none" },
  countries: { wanted: "countries_any", out: "countries_none" },
  languages: { wanted: "languages_any", out: "languages_none" },
};

/** Kinds that at least one film has. @param {string[]} [among] */
export const known = (among = Object.keys(KINDS)) => among.filter((kind) => facets[kind] > 0);
