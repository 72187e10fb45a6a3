/** What was understood of a person's words, as chips that can be removed. */

import { h, icon, put } from "../dom.js";

/** @typedef {{kind: string, text: string, says: string, negated: boolean}} Understood */

const NEGATION = /\b(?:but|and)?\s*\b(?:no|not|without|never|less)\s+(?:too\s+)?$/iu;

/**
 * A row of chips. `show` draws what was understood; without anything the row takes no room.
 * @param {(text: string) => void} onchange called with the words that are left
 */
export function understood(onchange) {
  const element = h("ul.chips.understood", { "aria-label": "Understood", hidden: true });
  return Object.assign(element, {
    /** @param {Understood[] | undefined} found @param {string} words what was typed */
    show(found, words) {
      element.hidden = !found?.length;
      put(element, (found ?? []).map((one) => h("li", null, chip(one, () => onchange(without(words, one))))));
    },
  });
}

function chip({ says, negated }, remove) {
  return h("button.chip", { type: "button", data: { state: negated ? "out" : "wanted" }, "aria-label": `Remove: ${says}`, onclick: remove },
    h("bdi", null, says), icon("close"));
}

/** Words without the part that was understood, and without the "no" before it. */
export function without(words, { text, negated }) {
  const at = words.toLowerCase().indexOf(text.toLowerCase());
  if (at < 0) return words;
  const before = negated ? words.slice(0, at).replace(NEGATION, "") : words.slice(0, at);
  return `${before} ${words.slice(at + text.length)}`.replace(/\s+/g, " ").replace(/\s+([,;.])/g, "$1").replace(/([,;]\s*)+/g, ", ").replace(/^[\s,;.]+|[\s,;]+$|\s(?:but|and)$/gi, "").trim();
}
