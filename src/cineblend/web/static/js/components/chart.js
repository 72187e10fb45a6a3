/** The comparison as bars in SVG: the figure, its interval, the study's published figure, and the most-rated list as a line. */

import { h, put, svg } from "../dom.js";
import { kindOf, reading } from "../figures.js";

const ROW = 52;
const percent = (value, digits = 1) => `${(value * 100).toFixed(digits)} %`;

/** @param {HTMLElement} holder @param {any[]} rows @param {{label: string, name: string}} measure @param {{ours: string}} options */
export function chart(holder, rows, measure, { ours }) {
  holder.observer?.disconnect();
  let width = 0;
  const redraw = () => {
    if (!holder.clientWidth || holder.clientWidth === width) return;
    width = holder.clientWidth;
    put(holder, drawn(rows, measure, ours, width), key(rows, measure, ours));
  };
  holder.observer = new ResizeObserver(redraw);
  holder.observer.observe(holder);
  redraw();
}

function drawn(rows, measure, ours, width) {
  const read = rows.map((row) => ({ row, kind: kindOf(row, ours), ...reading(row, measure.label, rows) }));
  const top = Math.max(0.01, ...read.flatMap((one) => [one.value ?? 0, one.printed ?? 0, one.interval?.[1] ?? 0]));
  const room = width - 64;
  const x = (value) => (value / top) * room;
  const height = read.length * ROW + 12;
  const floor = read.find((one) => one.kind === "floor")?.value ?? null;
  return svg("svg.chart", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `${measure.name} of ${read.length} recommenders; the figures follow as a table` },
    floor !== null && svg("line.chart-floor", { x1: x(floor), x2: x(floor), y1: 4, y2: height - 8 }),
    read.map((one, n) => bar(one, n * ROW, x)));
}

function bar({ row, kind, value, printed, interval }, y, x) {
  const end = Math.max(value ?? 0, interval?.[1] ?? 0, printed ?? 0);
  const text = value !== null ? percent(value) : printed !== null ? percent(printed) : "not run";
  return svg(`g.chart-row.chart-${kind}`, { transform: `translate(0 ${y})` },
    svg("text.chart-name", { x: 0, y: 18 }, row.title || row.strategy, value === null ? svg("tspan.chart-aside", null, printed !== null ? "  as published" : "  not run") : null),
    value !== null && svg("rect.chart-bar", { x: 0, y: 26, width: Math.max(1, x(value)), height: 14, rx: 3 }),
    value === null && printed !== null && svg("rect.chart-ghost", { x: 0.75, y: 26.75, width: Math.max(1, x(printed) - 1.5), height: 12.5, rx: 3 }),
    interval && svg("path.chart-interval", { d: `M${x(interval[0])} 28v10M${x(interval[0])} 33H${x(interval[1])}M${x(interval[1])} 28v10` }),
    printed !== null && value !== null && svg("path.chart-printed", { d: `M${x(printed)} 26.5l6.5 6.5l-6.5 6.5l-6.5-6.5z` }),
    svg("text.chart-value", { x: x(end) + 10, y: 38 }, text));
}

function key(rows, measure, ours) {
  const read = rows.map((row) => reading(row, measure.label, rows));
  const item = (kind, text) => h("li", null, h(`i.key.key-${kind}`, { "aria-hidden": "true" }), text);
  return h("ul.chart-key", null, item("ours", "this page's model"), item("floor", "most rated films, the same for everyone"),
    rows.some((row) => kindOf(row, ours) === "study") && item("study", "the study's models, run again"),
    read.some((one) => one.printed !== null && one.value !== null) && item("printed", "published by the study"),
    read.some((one) => one.interval) && item("interval", "95 % interval of the difference from the baseline"));
}

/** The chart's figures as a table for screen readers. */
export function figuresTable(rows, measures) {
  return h("div.visually-hidden", null, h("table", null, h("caption", null, "The figures of the chart"),
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "Recommender"), measures.map((one) => h("th", { scope: "col" }, one.name)))),
    h("tbody", null, rows.map((row) => h("tr", null, h("th", { scope: "row" }, row.title || row.strategy), measures.map((one) => {
      const { value, printed } = reading(row, one.label, rows);
      return h("td", null, value !== null ? percent(value) : printed !== null ? `${percent(printed)}, published` : "not run");
    }))))));
}
