/** A signed bar chart of an explanation: each rating's contribution to a film's score, everything else, and the sum. */

import { h } from "../dom.js";
import { capital, signed, marked, title } from "../format.js";
import { t } from "../language.js";
import { lineWords } from "./shared.js";

/** Kinds of contributions that come from no single rating. */
const REST = ["other", "start"];

/**
 * @param {{kind: string, item_id: any, title: string|null, rating: number|null, contribution: number, says: string, words: string}[]} lines
 * @param {number} score their sum
 * @param {number} [most] bars shown; the smaller ones become one more bar, so that the sum is exact
 */
export function bars(lines, score, most = 7) {
  const mine = grouped(lines.filter((one) => !REST.includes(one.kind)));
  const shown = mine.slice(0, most);
  const rest = mine.slice(most);
  if (rest.length) shown.push({ name: t("bars.smaller", { n: rest.length }), parts: { rest: sum(rest.map(total)) } });
  const others = lines.filter((one) => REST.includes(one.kind)).map((one) => ({ name: lineWords(one), parts: { other: one.contribution } }));
  const subtotal = sum(mine.map(total));
  return [
    shown.length > 0 && h("ul.bars", null, shown.map((row) => bar(row, scale(shown)))),
    shown.some((row) => row.parts.text) && h("ul.bars-key", { "aria-hidden": "true" }, h("li", null, h("i.key.key-ours"), t("bars.people")), h("li", null, h("i.key.key-study"), t("bars.text"))),
    h("ul.bars.bars-total", null, sums(shown.length > 0 && others.length > 0 ? subtotal : null, others, score)),
  ];
}

function sums(subtotal, others, score) {
  const rows = [...others, { name: t("bars.score"), parts: { sum: score } }];
  const between = scale(subtotal === null ? rows : [...rows, { parts: { sum: subtotal } }]);
  return [
    subtotal !== null && bar({ name: t("bars.above"), parts: { subtotal } }, between),
    others.map((row) => bar(row, between)),
    bar(rows.at(-1), between),
  ];
}

/** Join a film's two contributions, from people and from its text, in one row; the largest first. */
function grouped(lines) {
  const rows = new Map();
  for (const line of lines) {
    const key = line.title ? `film ${line.item_id}` : line.kind;
    const row = rows.get(key) ?? { name: label(line), parts: {} };
    row.parts[line.kind] = (row.parts[line.kind] ?? 0) + line.contribution;
    rows.set(key, row);
  }
  return [...rows.values()].sort((a, b) => Math.abs(total(b)) - Math.abs(total(a)));
}

const sum = (values) => values.reduce((all, one) => all + one, 0);
const total = (row) => sum(Object.values(row.parts));
const side = (row, sign) => sum(Object.values(row.parts).filter((one) => one * sign > 0)) * sign;

/** The position of zero, the value of a full track, and the number of digits. */
function scale(rows) {
  const below = Math.max(0, ...rows.map((row) => side(row, -1)));
  const above = Math.max(0, ...rows.map((row) => side(row, 1)));
  const span = Math.max(1e-9, below + above);
  return { span, zero: below / span, digits: span < 0.1 ? 3 : 2 };
}

function bar(row, { span, zero, digits }) {
  let right = zero;
  let left = zero;
  const pieces = Object.entries(row.parts).sort().filter(([, value]) => value).map(([kind, value]) => {
    const size = Math.abs(value) / span;
    const start = value > 0 ? right : left - size;
    if (value > 0) right += size;
    else left -= size;
    return h(`span.bar-piece.bar-${kind}${value < 0 ? ".is-minus" : ""}`, { style: { "--start": `${(start * 100).toFixed(2)}%`, "--size": `${(size * 100).toFixed(2)}%` } });
  });
  return h(`li.bar.bar-row-${Object.keys(row.parts)[0]}`, null, h("span.bar-name", null, row.name),
    h("span.bar-track", { "aria-hidden": "true", style: { "--zero": `${(zero * 100).toFixed(2)}%` } }, pieces), h("span.bar-value", null, signed(total(row), digits)));
}

function label(line) {
  if (line.title) return [`${title(line)} `, line.rating ? h("span.bar-stars", null, marked(line.rating)) : null];
  return capital(lineWords(line));
}
