/** A person's taste as one picture: genres, decades, the place on the map, and unusual loves. Drawn from their ratings alone. */

import { svg } from "../dom.js";
import { title } from "../format.js";
import { decimal, genre as genreName, t } from "../language.js";
import { family } from "../map/genres.js";

const WIDE = 600;
const HIGH = 760;
/** Room that the map takes. */
const MAP = 268;
/** Colours of its own, since the picture leaves the page. */
const INK = "#12201f";
const MUTED = "#50605f";
const COLOURS = ["#c2410c", "#4353c9", "#b07d00", "#147f79", "#c42f7c", "#4b5a63", "#8b1d2c", "#3f8f2e", "#7c5fb8"];
const FONT = "Archivo, system-ui, sans-serif";

/** The lowest rating of a loved film. */
const LOVED = 4;

/** What the picture says. @param {{item: any, rating: number}[]} rated */
export function taste(rated) {
  const loved = rated.filter(({ rating }) => rating >= LOVED).map(({ item }) => item);
  return {
    n: rated.length,
    mean: rated.reduce((sum, { rating }) => sum + rating, 0) / Math.max(rated.length, 1),
    genres: counted(loved.flatMap((item) => item.genres)).slice(0, 6),
    decades: counted(loved.filter((item) => item.year).map((item) => Math.floor(item.year / 10) * 10)).sort((a, b) => a[0] - b[0]),
    unusual: [...loved].sort((a, b) => a.n_ratings - b.n_ratings).slice(0, 4),
  };
}

function counted(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/**
 * @param {{name: string, mine: boolean, said: ReturnType<typeof taste>, map: any, ids: Set<any>, alike: string}} options map: places of films, or null
 * @returns {SVGElement}
 */
export function tastePicture({ name, mine, said, map, ids, alike }) {
  const most = said.genres[0]?.[1] ?? 1;
  const tallest = Math.max(1, ...said.decades.map(([, n]) => n));
  const high = map ? HIGH : HIGH - MAP;
  const low = high - HIGH;
  const step = Math.min(48, 240 / Math.max(said.decades.length, 1));
  return svg("svg", { viewBox: `0 0 ${WIDE} ${high}`, width: WIDE, height: high, class: "taste-picture", role: "img", "aria-label": spoken(name, said, alike), "font-family": FONT },
    svg("rect", { width: WIDE, height: high, fill: "#f6f3ec" }),
    svg("circle", { cx: 52, cy: 58, r: 16, fill: "#e8702a" }), svg("circle", { cx: 72, cy: 58, r: 16, fill: "#1f9c95", "fill-opacity": 0.85 }),
    text(102, 54, t(mine ? "taste.mine" : "taste.of", { name }), { size: 26, weight: 700 }),
    text(102, 78, [t("n.ratings", { n: said.n }), t("taste.mean", { mean: decimal(said.mean, 1) }), alike].filter(Boolean).join(" · "), { fill: MUTED }),
    heading(40, 130, t("taste.loves")),
    said.genres.map(([genre, n], at) => [
      text(40, 160 + at * 30, genreName(genre)),
      svg("rect", { x: 150, y: 148 + at * 30, width: Math.max(4, (130 * n) / most), height: 14, rx: 7, fill: COLOURS[family(genre)] })]),
    heading(320, 130, t("taste.decades")),
    said.decades.map(([decade, n], at) => {
      const tall = Math.max(4, (130 * n) / tallest);
      return [svg("rect", { x: 320 + at * step, y: 290 - tall, width: step * 0.72, height: tall, rx: 4, fill: "#1f9c95" }), text(320 + at * step, 310, t("taste.decade", { decade: String(decade).slice(2) }), { size: 12, fill: MUTED })];
    }),
    heading(40, 372, map ? t("taste.map") : ""),
    map && places(map, ids),
    heading(40, 640 + low, t("taste.unusual")),
    said.unusual.map((item, at) => text(40 + (at % 2) * 280, 668 + low + Math.floor(at / 2) * 26, clipped(`${title(item)}${item.year ? ` (${item.year})` : ""}`, 34))),
    text(WIDE - 40, high - 20, t("taste.made"), { size: 12, fill: MUTED, anchor: "end" }));
}

function places({ item_id: ids, x, y, genre }, mine) {
  const at = (n) => ({ cx: (48 + x[n] * 504).toFixed(1), cy: (388 + y[n] * 216).toFixed(1) });
  const every = Math.max(1, Math.floor(ids.length / 900));
  const faint = ids.flatMap((id, n) => (n % every === 0 && !mine.has(id) ? [svg("circle", { ...at(n), r: 1.4, fill: "#b9c4c1" })] : []));
  const own = ids.flatMap((id, n) => (mine.has(id) ? [svg("circle", { ...at(n), r: 4, fill: COLOURS[family(genre[n])], "fill-opacity": 0.85 })] : []));
  return [svg("rect", { x: 40, y: 384, width: 520, height: 224, rx: 12, fill: "#e9eeec" }), faint, own];
}

const heading = (x, y, words) => words && text(x, y, words, { size: 15, weight: 700 });

function text(x, y, words, { size = 15, weight = 400, fill = INK, anchor = "start" } = {}) {
  return svg("text", { x, y, "font-size": size, "font-weight": weight, fill, "text-anchor": anchor }, words);
}

const clipped = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

function spoken(name, said, alike) {
  const loves = said.genres.slice(0, 3).map(([genre]) => genreName(genre)).join(", ");
  const unusual = said.unusual.map(title).join(", ");
  return [t("taste.spoken", { name, ratings: t("n.ratings", { n: said.n }) }), loves && t("taste.spokenLoves", { genres: loves }), unusual && t("taste.spokenUnusual", { titles: unusual }), alike].filter(Boolean).join("; ");
}
