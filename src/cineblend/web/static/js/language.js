/** The page's words in the language of the browser, with the catalogue's own word for what it holds. */

import { keep, recall } from "./storage.js";
import { de } from "./strings/de/index.js";
import { en } from "./strings/en/index.js";

const LANGUAGES = { en, de };

/** The languages that the page speaks: code and name. */
export const SPOKEN = Object.entries(LANGUAGES).map(([code, { name }]) => ({ code, name }));

/** The language that the person chose here; empty for the browser's. */
export const chosen = () => (recall("language", "") in LANGUAGES ? recall("language", "") : "");

/** Speak another language from the next start on. @param {string} code empty for the browser's */
export function choose(code) {
  keep("language", code);
}

/** @param {readonly string[]} wanted the person's languages, the best first */
function best(wanted) {
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]).find((code) => code in LANGUAGES) ?? "en";
}

export const language = chosen() || best(navigator.languages ?? [navigator.language]);
const { locale, strings, names, forms, within } = LANGUAGES[language];
document.documentElement.lang = language;

/** @type {Record<string, string>} forms of the noun, as the language's strings need them */
let noun = forms("film", "films");

/** Call the catalogue's items by their own noun. @param {{noun?: string, nouns?: string}} model */
export function callThem(model) {
  noun = forms(model.noun || "film", model.nouns || (model.noun ? `${model.noun}s` : "films"));
}

const plural = new Intl.PluralRules(locale);
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 20 });
const list = new Intl.ListFormat(locale, { type: "conjunction" });

/** The string of a key; one with plural forms chooses by `values.n`. English where this language lacks it. */
function template(key, values) {
  const found = strings[key] ?? en.strings[key] ?? key;
  return typeof found === "string" ? found : found[plural.select(values.n)] ?? found.other;
}

/** Whether there is a string of this key. */
export const knows = (key) => key in en.strings;

const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** What stands for a placeholder: a value, or a form of the noun; "{Noun}" begins with a capital. */
function filled(name, values) {
  const value = values[name] ?? noun[name];
  if (typeof value === "number") return whole.format(value);
  return value ?? (noun[lower(name)] ? upper(noun[lower(name)]) : "");
}

/**
 * A text of the page. Numbers are written as the language writes them.
 * @param {string} key @param {Record<string, any>} [values] @returns {string}
 */
export const t = (key, values = {}) => template(key, values).replace(/\{(\w+)\}/g, (_, name) => filled(name, values));

/** The same where a value is an element: the texts and elements in their order. */
export const woven = (key, values) => template(key, values).split(/\{(\w+)\}/).map((part, at) => (at % 2 ? filled(part, values) : part));

export const count = (n) => whole.format(n ?? 0);

/** "3.9", or "3,9". */
export const decimal = (value, digits) => value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A list in words: "a, b and c". */
export const listed = (words) => list.format(words);

/** The same of elements. */
export const listedNodes = (nodes) => list.formatToParts(nodes.map((_, at) => String(at))).map(({ type, value }) => (type === "element" ? nodes[Number(value)] : value));

/** A date as people write it, or an empty text. */
export function day(stamp) {
  const date = new Date(stamp);
  return Number.isNaN(date.valueOf()) ? "" : date.toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric" });
}

/** A noun in the middle of a sentence. */
export { within };

/** A genre, a role or a deed of the data as this language says it; one that it does not know stays as it is. */
export const genre = (name) => names.genres[name] ?? name;
export const role = (name) => names.roles[name] ?? name;
export const deed = (name) => names.deeds[name] ?? names.deeds.other ?? name;
