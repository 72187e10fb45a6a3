/** What two films have in common, and what a line of a score means that is about no film, in words. */

import { isolated } from "../format.js";
import { genre, knows, listed, t } from "../language.js";

/** @param {{role: string}} person */
const verb = ({ role }) => (knows(`shared.${role}`) ? role : "cast");

/**
 * "both directed by Ann Lee; both: heist": the people by role, then the words.
 * @param {{people: {name: string, role: string}[], keywords: string[], genres: string[], countries: string[]} | null | undefined} shared
 * @returns {string} empty where nothing is shared
 */
export function inCommon(shared) {
  if (!shared) return "";
  const roles = [...new Set(shared.people.map(verb))];
  const people = roles.map((role) => t(`shared.${role}`, { names: listed(shared.people.filter((one) => verb(one) === role).map(({ name }) => isolated(name))) }));
  const about = shared.keywords.length ? shared.keywords : shared.people.length ? [] : shared.genres.map(genre);
  const words = [...about, ...shared.countries];
  if (!words.length) return people.join("; ");
  return [...people, t("shared.words", { words: words.map(isolated).join(", ") })].join("; ");
}

/** A line of a score that is about no film. @param {{says: string, words: string}} line */
export const lineWords = ({ says, words }) => t(`says.${says}`, { words: isolated(words) });
