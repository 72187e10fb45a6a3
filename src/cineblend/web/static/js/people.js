/** Who uses this browser: names and profile ids, kept here; the ratings themselves live on the server. */

import { keep, recall } from "./storage.js";
import { tell } from "./events.js";
import { t } from "./language.js";

/** @typedef {{id: string, name: string}} Person */

/** The name that is kept of a person who has not said theirs. */
const UNNAMED = "You";

/** @returns {Person[]} as they are kept */
function known() {
  const kept = recall("people", []);
  return Array.isArray(kept) ? kept.filter((p) => p && typeof p.id === "string" && typeof p.name === "string") : [];
}

/** @returns {Person[]} */
export const everyone = () => known().map((p) => (p.name === UNNAMED ? { ...p, name: t("people.you") } : p));

/** Whether a person, or nobody, has no name of their own. @param {Person | null} person */
export const unnamed = (person) => !person || person.name === t("people.you");

/** @returns {Person | null} */
export const active = () => everyone().find((p) => p.id === recall("active", "")) ?? everyone()[0] ?? null;

/** Who watches along, never the active person. @returns {Person | null} */
export function companion() {
  const id = recall("companion", "");
  return everyone().find((p) => p.id === id && p.id !== active()?.id) ?? null;
}

export function add(person, switchTo = true) {
  const others = known().filter((p) => p.id !== person.id);
  keep("people", [...others, unnamed(person) ? { ...person, name: UNNAMED } : person]);
  if (switchTo) keep("active", person.id);
  tell("people");
}

export function rename(id, name) {
  keep("people", known().map((p) => (p.id === id ? { ...p, name } : p)));
  tell("people");
}

export function forget(id) {
  keep("people", known().filter((p) => p.id !== id));
  tell("people");
}

export function switchTo(id) {
  keep("active", id);
  tell("people");
}

export function watchWith(id) {
  keep("companion", id ?? "");
  tell("people");
}

/** A profile's id, 128 random bits: alone, or at the end of a private link. */
const ID = /^[\w-]{22}$/;

/** The profile id in a text that is one, or a private link; else an empty text. */
export function idIn(text) {
  const id = /[#&?/]profile=([\w-]{22})$/.exec(text.trim())?.[1] ?? text.trim();
  return ID.test(id) ? id : "";
}

/** The address that opens a profile in another browser. Its secret part is never sent to a server. */
export const privateLink = (id) => `${location.origin}${location.pathname}#/join?profile=${id}`;

/** "You", "Person 2", … until a name is given. */
export const nextName = () => (known().length ? t("people.nth", { n: known().length + 1 }) : UNNAMED);
