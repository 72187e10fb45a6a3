/** Loading, empty and error states. */

import { h, icon, put } from "../dom.js";
import { stale } from "../api.js";
import { announce } from "../announce.js";
import { t } from "../language.js";

/** Grey placeholders for cards. */
export const skeletons = (n, kind = "card") =>
  Array.from({ length: n }, () => h(`li.skeleton.skeleton-${kind}`, { "aria-hidden": "true" }, h("div.skeleton-poster"), h("div.skeleton-lines", null, h("span"), h("span"), h("span"))));

/** @param {{art?: string, title: string, text: any, actions?: any}} options */
export const empty = ({ art = "reel", title, text, actions }) =>
  h("div.empty", null, h("div.empty-art", { "aria-hidden": "true" }, icon(art)), h("h2", null, title), h("p", null, text), actions && h("div.row.row-centre", null, actions));

/** @param {Error & {title?: string}} error @param {(() => void) | null} retry null where trying again would not help */
export const failed = (error, retry) =>
  h("div.empty.empty-bad", { role: "alert" }, h("div.empty-art", { "aria-hidden": "true" }, icon("unplugged")),
    h("h2", null, error.title ?? t("problem.title.other")), h("p", null, error.message),
    retry && h("div.row.row-centre", null, h("button.button.button-primary", { type: "button", onclick: retry }, icon("again"), t("state.again"))));

/**
 * Fill an element with a request's answer. Show an error with a retry; ignore an answer that a newer request replaced.
 * @param {HTMLElement} where @param {() => Promise<any>} ask @param {(value: any) => any} draw what to put there; undefined: nothing
 */
export async function filled(where, ask, draw, waiting) {
  if (waiting) put(where, waiting);
  where.setAttribute("aria-busy", "true");
  try {
    const value = await ask();
    const drawn = draw(value);
    if (drawn !== undefined) put(where, drawn);
  } catch (error) {
    if (stale(error)) return;
    put(where, failed(error, () => filled(where, ask, draw, waiting)));
    announce(t("problem.announced", { title: error.title ?? t("problem.title.other"), text: error.message }));
  } finally {
    where.removeAttribute("aria-busy");
  }
}

/** Keep the newest request only: each call aborts the one before. */
export function latest() {
  let control = null;
  return () => {
    control?.abort();
    control = new AbortController();
    return control.signal;
  };
}
