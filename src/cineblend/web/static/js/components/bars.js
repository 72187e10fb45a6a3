/** A signed bar chart whose bars add up: what each rating put on a film's score, and the sum. */

import { h } from "../dom.js";
import { signed, stars, title } from "../format.js";

/**
 * @param {{kind: string, title: string|null, rating: number|null, contribution: number, sentence: string}[]} lines
 * @param {number} score their sum
 * @param {number} [most] bars shown; what is smaller is one bar more, so that the sum stays true
 */
export function bars(lines, score, most = 8) {
  const sorted = [...lines].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const shown = sorted.slice(0, most);
  const rest = sorted.slice(most);
  if (rest.length) shown.push({ kind: "rest", title: null, rating: null, contribution: rest.reduce((sum, one) => sum + one.contribution, 0), sentence: `${rest.length} smaller ones` });
  const top = Math.max(1e-9, ...shown.map((one) => Math.abs(one.contribution)), Math.abs(score));
  const below = shown.some((one) => one.contribution < 0) || score < 0;
  return h(`ul.bars${below ? "" : ".bars-plus"}`, null,
    shown.map((one) => bar(label(one), one.contribution, top, one.kind)),
    bar("Together", score, top, "sum"));
}

function bar(name, value, top, kind) {
  const share = (Math.abs(value) / top) * 100;
  return h(`li.bar.bar-${kind}${value < 0 ? ".is-minus" : ""}`, null,
    h("span.bar-name", null, name),
    h("span.bar-track", { "aria-hidden": "true" }, h("span.bar-fill", { style: { "--size": `${share.toFixed(2)}%` } })),
    h("span.bar-value", null, signed(value)));
}

function label(line) {
  if (line.title) return [`${title(line)} `, line.rating ? h("span.bar-stars", null, `${stars(line.rating)} ★`) : null, line.kind === "text" ? h("small", null, " by its text") : null];
  const text = line.sentence || "All else";
  return text.charAt(0).toUpperCase() + text.slice(1);
}
