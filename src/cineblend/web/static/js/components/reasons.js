/** Why a film is in the list, in a line; and how much of it came from people and from films' texts. */

import { h } from "../dom.js";
import { listed, title } from "../format.js";

/** @param {{reasons?: any[], parts?: {people: number, text: number}}} pick */
export function reason(pick) {
  const line = sentence(pick.reasons ?? []);
  return [line && h("p.reason", null, line), shares(pick.parts)];
}

function sentence(reasons) {
  const helped = reasons.filter((one) => one.contribution > 0);
  const films = helped.filter((one) => one.kind === "rating" && one.title).slice(0, 2);
  const other = helped.find((one) => one.kind !== "rating") ?? reasons[0];
  if (films.length && helped[0].kind === "rating") {
    const liked = films.every((one) => one.rating === null || one.rating >= 3.5);
    const names = films.map((one) => h("strong", null, title(one)));
    return [`Because you ${liked ? "liked" : "rated"} `, names[0], names[1] && [" and ", names[1]]];
  }
  return other?.sentence ? capital(other.sentence) : "";
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Two colours: what people like you added, and what the films' texts and your words added. */
function shares(parts) {
  if (!parts) return null;
  const people = Math.max(0, parts.people ?? 0);
  const text = Math.max(0, parts.text ?? 0);
  if (!(people + text > 0)) return null;
  const share = people / (people + text);
  const words = share > 0.85 ? "mostly people like you" : share < 0.15 ? "mostly films like these" : `${Math.round(share * 100)} % people, ${100 - Math.round(share * 100)} % films`;
  return h("div.shares", { role: "img", "aria-label": `Comes from: ${words}`, "data-tip": capital(words), style: { "--share": `${(share * 100).toFixed(1)}%` } });
}

/** "Heat, Alien and 3 others". */
export function someOf(titles, most = 2) {
  const rest = titles.length - most;
  return rest > 0 ? `${titles.slice(0, most).join(", ")} and ${rest} more` : listed(titles);
}
