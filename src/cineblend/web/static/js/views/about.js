/** How good is this? The comparison in plain words, with its chart and the floor. */

import * as api from "../api.js";
import { h, put } from "../dom.js";
import { count } from "../format.js";
import { segmented } from "../components/segmented.js";
import { empty, filled } from "../components/states.js";
import { chart, figuresTable } from "../components/chart.js";
import { measuresOf, standing } from "../figures.js";

export function about({ model, signal }) {
  const holder = h("div.figures");
  const load = () => {
    if (!model.has_figures) return put(holder, nothing());
    return filled(holder, () => api.figures(signal), (answer) => study(answer, model), h("div.skeleton-chart", { "aria-hidden": "true" }));
  };
  return {
    title: "How good is this?",
    element: h("div.page.page-about", null,
      h("header.page-head", null, h("div", null, h("h1", null, "How good is this?"), h("p.lede", null, "Test a recommender on ratings it has never seen, and compare it with the simplest list there is."))), holder),
    ready: load,
  };
}

const nothing = () => empty({
  art: "why", title: "Not measured yet",
  text: ["This model comes without a comparison. ", h("code", null, "cineblend compare"), " makes one. A model saved with its results shows them here."],
});

function study(answer, model) {
  const measures = measuresOf(answer);
  if (!measures.length) return nothing();
  const { k, sentences, lead } = standing(answer, model.strategy);
  const plot = h("div.plot");
  const plain = h("p.plain");
  const show = (label) => {
    const measure = measures.find((one) => one.label === label) ?? measures[0];
    put(plain, h("strong", null, `${measure.name}. `), measure.plain);
    chart(plot, answer.rows, measure, { ours: model.strategy });
  };
  const choose = segmented({ label: "Measure", value: measures[0].label, options: measures.map((one) => ({ value: one.label, label: one.name })), onchange: show });
  show(measures[0].label);
  const protocol = answer.protocol ?? {};
  return [
    lead && h("section.verdict", null, lead.map((one) => h("div.verdict-figure", { "data-kind": one.kind }, h("span.verdict-number", null, one.number), h("span.verdict-text", null, one.text)))),
    h("section.panel.plot-panel", { "aria-labelledby": "plot" }, h("div.section-head", null, h("h2", { id: "plot" }, "Compared with other models"), choose), plain, plot, figuresTable(answer.rows, measures)),
    h("div.columns", null,
      h("section", null, h("h2", null, "What it means"), sentences.map((text) => h("p", null, text))),
      h("section", null, h("h2", null, "How it was tested"),
        h("ul.plain-list", null, [
          protocol.split && `Held out: ${protocol.split}.`,
          protocol.relevance && `A hit: ${protocol.relevance}.`,
          protocol.candidates && `Candidates: ${protocol.candidates}.`,
          answer.data?.name && `Data: ${answer.data.name}${answer.data.ratings ? `, ${count(answer.data.ratings)} ratings of ${count(answer.data.items)} films by ${count(answer.data.users)} people` : ""}; lists of ${k}.`,
        ].filter(Boolean).map((text) => h("li", null, text))),
        answer.data?.caution && h("p.hint", null, `${answer.data.caution}.`))),
  ];
}
