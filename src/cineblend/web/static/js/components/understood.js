/** What was understood of a person's words, as chips that can be removed. */

import { h, icon, put } from "../dom.js";
import { isolated } from "../format.js";
import { genre, knows, t } from "../language.js";

/** @typedef {{kind: string, text: string, negated: boolean, values: string[], low: number|null, high: number|null}} Understood */

const NEGATION = /\b(?:but|and)?\s*\b(?:no|not|without|never|less)\s+(?:too\s+)?$/iu;

/**
 * A row of chips. `show` draws what was understood; without anything the row takes no room.
 * @param {(text: string) => void} onchange called with the words that are left
 */
export function understood(onchange) {
  const element = h("ul.chips.understood", { "aria-label": t("understood.list"), hidden: true });
  return Object.assign(element, {
    /** @param {Understood[] | undefined} found @param {string} words what was typed */
    show(found, words) {
      element.hidden = !found?.length;
      put(element, (found ?? []).map((one) => h("li", null, chip(one, () => onchange(without(words, one))))));
    },
  });
}

function chip(one, remove) {
  const what = one.negated ? t(["year", "runtime", "like"].includes(one.kind) ? "understood.not" : "understood.no", { what: meant(one) }) : meant(one);
  return h("button.chip", { type: "button", data: { state: one.negated ? "out" : "wanted" }, "aria-label": t("understood.remove", { what }), onclick: remove },
    h("bdi", null, what), icon("close"));
}

const either = (names) => names.reduce((first, second) => t("understood.or", { first, second }));

/** What a wish means, in words. @param {Understood} one */
function meant({ kind, values, low, high }) {
  switch (kind) {
    case "year":
      if (low === null || high === null) return low === null ? t("understood.until", { year: String(high) }) : t("understood.since", { year: String(low) });
      return low === high ? String(low) : `${low}–${high}`;
    case "runtime":
      return low === null ? t("understood.atMost", { n: high }) : t("understood.atLeast", { n: low });
    case "person":
      return person(values);
    case "genre":
      return either(values.map(genre));
    case "country":
    case "language":
      return t(`understood.${kind}`, { names: either(values) });
    case "like":
      return t("understood.like", { title: isolated(values[0]) });
    default:
      return either(values.map(isolated));
  }
}

/** Names, with the role that is asked for: "director:Ann Lee". */
function person(values) {
  const [, role = ""] = /^([a-z_]+):/.exec(values[0]) ?? [];
  const names = either(values.map((value) => isolated(value.replace(/^[a-z_]+:/, ""))));
  return knows(`by.${role}`) ? t(`by.${role}`, { names }) : names;
}

/** Words without the part that was understood, and without the "no" before it. */
export function without(words, { text, negated }) {
  const at = words.toLowerCase().indexOf(text.toLowerCase());
  if (at < 0) return words;
  const before = negated ? words.slice(0, at).replace(NEGATION, "") : words.slice(0, at);
  return `${before} ${words.slice(at + text.length)}`.replace(/\s+/g, " ").replace(/\s+([,;.])/g, "$1").replace(/([,;]\s*)+/g, ", ").replace(/^[\s,;.]+|[\s,;]+$|\s(?:but|and)$/gi, "").trim();
}
