/** How good is this? The comparison in plain words, with its chart and the floor. */

import * as api from "../api.js";
import { h, put } from "../dom.js";
import { count, many, named } from "../format.js";
import { filmAddress } from "../router.js";
import { segmented } from "../components/segmented.js";
import { empty, filled } from "../components/states.js";
import { chart, figuresTable } from "../components/chart.js";
import * as store from "../store.js";
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
      h("header.page-head", null, h("div", null, h("h1", null, "How good is this?"), h("p.lede", null, "Test a recommender on ratings it has never seen, and compare it with the simplest list there is."))), onMine(signal), holder),
    ready: load,
  };
}

/** The model tried on the person's own ratings, when they ask for it. */
function onMine(signal) {
  const box = h("div.trial", { role: "status" });
  const start = h("button.button.button-primary", { type: "button", onclick: () => filled(box, async () => {
    await store.settled();
    return api.trial(await store.profileId(), signal);
  }, tried, h("p.hint", null, "Making your lists again…")) }, "Try it on my ratings");
  return h("section.panel.trial-panel", { "aria-labelledby": "mine" }, h("h2", { id: "mine" }, "And for you?"),
    h("p", null, "A fifth of your ratings is hidden, a list is made from the rest, and so for each fifth. How many of the films you like would have been on it?"),
    store.nRated() >= 10 ? start : h("p.hint", null, "This needs 10 ratings."), box);
}

function tried({ hidden, listed, found, popular, of }) {
  return [
    h("p", null, h("strong", null, `${found} of ${many(hidden.length, "film")} you like`), ` would have been among the first ${listed} of ${count(of)}. The ${listed} most rated films have ${popular} of them.`),
    h("ul.plain-list", null, hidden.slice(0, 8).map(({ item, rank }) => h("li", null, h("a", { href: filmAddress(item.item_id) }, named(item)), `: place ${count(rank)}`))),
  ];
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
