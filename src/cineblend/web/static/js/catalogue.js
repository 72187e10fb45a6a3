/** What the model's catalogue has: read once, asked wherever a control only makes sense with it. */

let facets = {};

export function learn(model) {
  facets = model.facets ?? {};
}

/** Kinds of facets, and the filters that a list and a search have for them. */
export const KINDS = {
  people: { one: "Person", many: "people", wanted: "people", out: "people_none" },
  keywords: { one: "Keyword", many: "keywords", wanted: "keywords", out: "keywords_none" },
  countries: { one: "Country", many: "countries", wanted: "countries_any", out: "countries_none" },
  languages: { one: "Language", many: "languages", wanted: "languages_any", out: "languages_none" },
};

/** Kinds that at least one film has. @param {string[]} [among] */
export const known = (among = Object.keys(KINDS)) => among.filter((kind) => facets[kind] > 0);
