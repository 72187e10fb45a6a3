/** What a film is about: texts, people, keywords, countries, languages, and where all of it comes from. */

import { h, uid } from "../dom.js";
import { capital, isolated } from "../format.js";
import { knows, t, woven } from "../language.js";
import { facetLink } from "./facet-link.js";

/** Characters of a text, and names of a list, that are shown before "more". */
const CUT = 420;
const FEW = 8;

/** @param {any} content of a film @returns {any} null where nothing is known */
export function about(content) {
  if (!content) return null;
  const rows = [
    ...Object.entries(content.people).map(([role, names]) => row(roleName(role, names), list(names, (name) => facetLink("people", name)))),
    row(t("content.countries", { n: content.countries.length }), list(content.countries, (name) => facetLink("countries", name))),
    row(t("content.languages", { n: content.languages.length }), list(content.languages, (name) => facetLink("languages", name))),
    row(t("content.aliases"), list(content.aliases, (name) => h("bdi", null, name))),
    row(t("content.keywords"), list(content.keywords, (name) => facetLink("keywords", name), "keywords", 16)),
  ].filter(Boolean);
  const texts = Object.entries(content.texts).map(([name, text], at) => prose(name, text, at === 0));
  if (!rows.length && !texts.length) return null;
  return h("section.about", { "aria-label": t("content.about") }, texts, rows.length > 0 && h("dl.about-facts", null, rows), sources(content.sources));
}

const spoken = (name) => capital(name.replaceAll("_", " "));
const roleName = (role, names) => (knows(`role.${role}`) ? t(`role.${role}`, { n: names.length }) : spoken(role));
const textName = (name) => (knows(`text.${name}`) ? t(`text.${name}`) : spoken(name));

/** A text, its end folded away where it is long. The first has no heading: it says what it is. */
function prose(name, text, first) {
  const heading = !first && h("h3", null, textName(name));
  if (text.length <= CUT * 1.25) return [heading, h("p.about-text", { dir: "auto" }, text)];
  const id = uid("text");
  const end = text.lastIndexOf(" ", CUT);
  const short = `${text.slice(0, end > CUT / 2 ? end : CUT)}… `;
  const body = h("span", { id }, short);
  const more = h("button.more", { type: "button", "aria-expanded": "false", "aria-controls": id, onclick: () => {
    const open = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", String(open));
    body.textContent = open ? `${text} ` : short;
    more.textContent = t(open ? "content.less" : "content.more");
  } }, t("content.more"));
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
  } }, t("content.nMore", { n: rest.length })));
  items.append(more);
  return items;
}

/** Where the content comes from, on what terms, with a link to the film's own page there. */
function sources(all) {
  if (!all.length) return null;
  return h("p.about-source", null, woven("content.source", { sources: all.map((one, at) => [
    at > 0 && "; ", out(one.page ?? one.home, isolated(one.title)), ` (${isolated(one.licence)})`]) }));
}

const out = (href, text) => (href
  ? h("a", { href, rel: "noopener noreferrer external", target: "_blank" }, text, h("span.visually-hidden", null, t("out.tab")))
  : text);
