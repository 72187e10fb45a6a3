/** What a film is about: texts, people, keywords, countries, languages, and where all of it comes from. */

import { h, uid } from "../dom.js";
import { capital, isolated } from "../format.js";
import { facetLink } from "./facet-link.js";

/** Characters of a text, and names of a list, that are shown before "more". */
const CUT = 420;
const FEW = 8;

const TEXTS = { overview: "Overview", description: "Description", plot: "Plot", synopsis: "Synopsis", summary: "Summary" };
const ROLES = { director: ["Director", "Directors"], author: ["Author", "Authors"], writer: ["Writer", "Writers"], cast: ["Cast", "Cast"], brand: ["Brand", "Brands"] };

/** @param {any} content of a film @returns {any} null where nothing is known */
export function about(content) {
  if (!content) return null;
  const rows = [
    ...Object.entries(content.people).map(([role, names]) => row(roleName(role, names), list(names, (name) => facetLink("people", name)))),
    row(content.countries.length > 1 ? "Countries" : "Country", list(content.countries, (name) => facetLink("countries", name))),
    row(content.languages.length > 1 ? "Languages" : "Language", list(content.languages, (name) => facetLink("languages", name))),
    row("Also known as", list(content.aliases, (name) => h("bdi", null, name))),
    row("Keywords", list(content.keywords, (name) => facetLink("keywords", name), "keywords", 16)),
  ].filter(Boolean);
  const texts = Object.entries(content.texts).map(([name, text], at) => prose(name, text, at === 0));
  if (!rows.length && !texts.length) return null;
  return h("section.about", { "aria-label": "About the film" }, texts, rows.length > 0 && h("dl.about-facts", null, rows), sources(content.sources));
}

const spoken = (name) => capital(name.replaceAll("_", " "));
const roleName = (role, names) => ROLES[role]?.[Number(names.length > 1)] ?? spoken(role);

/** A text, its end folded away where it is long. The first has no heading: it says what it is. */
function prose(name, text, first) {
  const heading = !first && h("h3", null, TEXTS[name] ?? spoken(name));
  if (text.length <= CUT * 1.25) return [heading, h("p.about-text", { dir: "auto" }, text)];
  const id = uid("text");
  const end = text.lastIndexOf(" ", CUT);
  const short = `${text.slice(0, end > CUT / 2 ? end : CUT)}… `;
  const body = h("span", { id }, short);
  const more = h("button.more", { type: "button", "aria-expanded": "false", "aria-controls": id, onclick: () => {
    const open = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", String(open));
    body.textContent = open ? `${text} ` : short;
    more.textContent = open ? "less" : "more";
  } }, "more");
  return [heading, h("p.about-text", { dir: "auto" }, body, more)];
}

const row = (name, values) => values && h("div.about-row", null, h("dt", null, name), h("dd", null, values));

/** Names as a list; those beyond a few wait behind a button. */
function list(names, draw, kind = "names", few = FEW) {
  if (!names.length) return null;
  const make = (name) => h("li", null, draw(name));
  const items = h(`ul.about-${kind}`, null, names.slice(0, few).map(make));
  const rest = names.slice(few);
  if (!rest.length) return items;
  const more = h("li", null, h("button.more", { type: "button", onclick: () => {
    more.replaceWith(...rest.map(make));
    items.children[few]?.querySelector("a")?.focus({ preventScroll: true });
  } }, `${rest.length} more`));
  items.append(more);
  return items;
}

/** Where the content comes from, on what terms, with a link to the film's own page there. */
function sources(all) {
  if (!all.length) return null;
  return h("p.about-source", null, "From ", all.map((one, at) => [
    at > 0 && "; ", out(one.page ?? one.home, isolated(one.title)), ` (${isolated(one.licence)})`]), ".");
}

const out = (href, text) => (href
  ? h("a", { href, rel: "noopener noreferrer external", target: "_blank" }, text, h("span.visually-hidden", null, " (opens in a new tab)"))
  : text);
