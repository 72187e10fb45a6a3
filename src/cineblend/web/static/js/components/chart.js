/** The comparison as bars in SVG: the figure, its interval, the study's published figure, and the most-rated list as a line. */

import { h, put, svg } from "../dom.js";
import { kindOf, reading } from "../figures.js";
import { decimal, t } from "../language.js";

const ROW = 52;
const percent = (value) => t("n.percent", { n: decimal(value * 100, 1) });

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
  return svg("svg.chart", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": t("chart.label", { measure: measure.name, n: read.length }) },
    floor !== null && svg("line.chart-floor", { x1: x(floor), x2: x(floor), y1: 4, y2: height - 8 }),
    read.map((one, n) => bar(one, n * ROW, x)));
}

function bar({ row, kind, value, printed, interval }, y, x) {
  const end = Math.max(value ?? 0, interval?.[1] ?? 0, printed ?? 0);
  const text = value !== null ? percent(value) : printed !== null ? percent(printed) : t("chart.notRun");
  return svg(`g.chart-row.chart-${kind}`, { transform: `translate(0 ${y})` },
    svg("text.chart-name", { x: 0, y: 18 }, row.title || row.strategy, value === null ? svg("tspan.chart-aside", null, `  ${t(printed !== null ? "chart.asPublished" : "chart.notRun")}`) : null),
    value !== null && svg("rect.chart-bar", { x: 0, y: 26, width: Math.max(1, x(value)), height: 14, rx: 3 }),
    value === null && printed !== null && svg("rect.chart-ghost", { x: 0.75, y: 26.75, width: Math.max(1, x(printed) - 1.5), height: 12.5, rx: 3 }),
    interval && svg("path.chart-interval", { d: `M${x(interval[0])} 28v10M${x(interval[0])} 33H${x(interval[1])}M${x(interval[1])} 28v10` }),
    printed !== null && value !== null && svg("path.chart-printed", { d: `M${x(printed)} 26.5l6.5 6.5l-6.5 6.5l-6.5-6.5z` }),
    svg("text.chart-value", { x: x(end) + 10, y: 38 }, text));
}

function key(rows, measure, ours) {
  const read = rows.map((row) => reading(row, measure.label, rows));
  const item = (kind, text) => h("li", null, h(`i.key.key-${kind}`, { "aria-hidden": "true" }), text);
  return h("ul.chart-key", null, item("ours", t("chart.ours")), item("floor", t("chart.floor")),
    rows.some((row) => kindOf(row, ours) === "study") && item("study", t("chart.study")),
    read.some((one) => one.printed !== null && one.value !== null) && item("printed", t("chart.printed")),
    read.some((one) => one.interval) && item("interval", t("chart.interval")));
}

/** The chart's figures as a table for screen readers. */
export function figuresTable(rows, measures) {
  return h("div.visually-hidden", null, h("table", null, h("caption", null, t("chart.table")),
    h("thead", null, h("tr", null, h("th", { scope: "col" }, t("chart.recommender")), measures.map((one) => h("th", { scope: "col" }, one.name)))),
    h("tbody", null, rows.map((row) => h("tr", null, h("th", { scope: "row" }, row.title || row.strategy), measures.map((one) => {
      const { value, printed } = reading(row, one.label, rows);
      return h("td", null, value !== null ? percent(value) : printed !== null ? t("chart.published", { figure: percent(printed) }) : t("chart.notRun"));
    }))))));
}
