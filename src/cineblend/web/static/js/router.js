/** Hash routes: "#/watchlist?film=12" is the view "watchlist" with the film dialog over it. */

import { tell } from "./events.js";

/** @typedef {{path: string, query: URLSearchParams}} Place */

/** @returns {Place} */
export function place() {
  const hash = location.hash.replace(/^#/, "") || "/";
  const [path, rest = ""] = hash.split("?");
  return { path: path.startsWith("/") ? path : "/", query: new URLSearchParams(rest) };
}

/** The address of a place. */
export function address(path, query = {}) {
  const params = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  const text = params.toString();
  return `#${path}${text ? `?${text}` : ""}`;
}

export function go(path, query) {
  location.hash = address(path, query);
}

/** The present place with a film opened over it: what a card links to. */
export function filmAddress(itemId) {
  const { path, query } = place();
  return address(path, { ...Object.fromEntries(query), film: itemId });
}

/** Every entry of the history is numbered, so that it is known how many steps a film panel lies above its view. */
let at = history.state?.n ?? 0;
let base = null;
/** Whether the way back to the view has been asked for and not been gone yet: it takes the browser a moment. */
let leaving = false;
history.replaceState({ n: at }, "");

/** To be called on every change of the address. */
export function arrived() {
  leaving = false;
  if (history.state?.n === undefined) history.replaceState({ n: at + 1 }, "");
  at = history.state.n;
  if (!place().query.has("film")) base = at;
}

/** Close the film over the view: back to the view where that lies in the history, else in place. */
export function closeOver() {
  if (leaving) return;
  if (base !== null && base < at) {
    leaving = true;
    history.go(base - at);
  } else {
    refine({ film: null });
    base = at;
    tell("place");
  }
}

/** Change the query of the place one is at, without a step in the history. */
export function refine(changes) {
  const { path, query } = place();
  history.replaceState(history.state, "", address(path, { ...Object.fromEntries(query), ...changes }));
}
