/** Titles, years, facts and ratings as text. */

import { taste } from "./catalogue.js";
import { decimal, genre, t } from "./language.js";

const ARTICLES = /^(.*\S), (The|A|An|Les|Le|La|L'|Das|Der|Die|El|Los|Las|Il|Lo|De|Det|Den|O|Un|Une|Una|Ein|Eine)$/i;

/** "Matrix, The" as people say it. */
export function title(item) {
  const whole = String(item.title ?? t("card.untitled"));
  const turned = whole.replace(/^(.*?)( \(.*\))?$/s, (_, main, rest = "") => unturn(main) + rest);
  return isolated(turned) || t("card.untitled");
}

/** Letters that run from right to left, and characters that turn the direction of what follows. */
const TURNING = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A name that cannot change the direction of the text around it. */
export const isolated = (text) => (TURNING.test(text) ? `\u2068${text}\u2069` : text);

/** Lower case without accents, to compare names. */
export const plain = (text) => String(text).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

function unturn(text) {
  const found = ARTICLES.exec(text);
  if (!found) return text;
  return found[2].endsWith("'") ? found[2] + found[1] : `${found[2]} ${found[1]}`;
}

/** Title and year, for labels and live regions. */
export const named = (item) => (item.year ? `${title(item)} (${item.year})` : title(item));

/** "1999 · Ann Lee · Action, Sci-Fi". */
export function facts(item, most = 3) {
  const creators = (item.creators ?? []).slice(0, 2).map(isolated);
  return [item.year, creators.join(", "), (item.genres ?? []).slice(0, creators.length ? 2 : most).map(genre).join(", ")].filter(Boolean).join(" · ");
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** A rating of the model's scale in stars, and back. */
export const inStars = (rating) => Math.round(((rating - taste.floor) / (taste.high - taste.floor)) * 10) / 2;
export const fromStars = (n) => Math.min(taste.high, Math.max(taste.low, taste.floor + (n / 5) * (taste.high - taste.floor)));

/** A rating as it is shown: "4½ ★", a heart, or in words. */
export function marked(rating) {
  if (taste.kind === "heart") return "♥";
  if (taste.kind === "thumbs") return t(inStars(rating) > 2.5 ? "rating.liked" : "rating.disliked");
  return `${stars(inStars(rating))} ★`;
}

/** A rating in words, for a screen reader. */
export function spoken(rating) {
  if (!rating) return t("rating.none");
  const n = Math.floor(rating);
  if (!n) return t("rating.half");
  return t(rating % 1 ? "rating.andHalf" : "rating.stars", { n });
}

/** "4", "4½", "½". */
export const stars = (rating) => `${Math.floor(rating) || (rating % 1 ? "" : "0")}${rating % 1 ? "½" : ""}`;

/** A signed figure with a true minus. */
export function signed(value, digits = 2) {
  const size = Math.abs(value);
  return `${Number(size.toFixed(digits)) === 0 ? "±" : value < 0 ? "−" : "+"}${decimal(size, digits)}`;
}

/** Where the service runs, in the person's words. */
export const here = t(["localhost", "127.0.0.1", "[::1]"].includes(location.hostname) ? "here.machine" : "here.server");

/** "1 h 50 min", "45 min". */
export function minutes(n) {
  const [hours, rest] = [Math.floor(n / 60), n % 60];
  return [hours && t("n.hours", { n: hours }), (rest || !hours) && t("n.minutes", { n: rest })].filter(Boolean).join(" ");
}
