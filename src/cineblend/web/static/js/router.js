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

/** The current place with a film panel over it: the address of a card's link. */
export function filmAddress(itemId) {
  const { path, query } = place();
  return address(path, { ...Object.fromEntries(query), film: itemId });
}

/** History entries are numbered, so the number of steps from a film panel back to its view is known. */
let at = history.state?.n ?? 0;
let base = null;
/** Whether going back to the view is under way: it takes the browser a moment. */
let leaving = false;
history.replaceState({ n: at }, "");

/** Call on every change of the address. */
export function arrived() {
  leaving = false;
  if (history.state?.n === undefined) history.replaceState({ n: at + 1 }, "");
  at = history.state.n;
  if (!place().query.has("film")) base = at;
}

/** Close the film panel: go back if the view is in the history, else change the address in place. */
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

/** Change the query of the current place without a new history entry. */
export function refine(changes) {
  const { path, query } = place();
  history.replaceState(history.state, "", address(path, { ...Object.fromEntries(query), ...changes }));
}
