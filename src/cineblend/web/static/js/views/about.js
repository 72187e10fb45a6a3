/** How good is this? The comparison in plain words, with its chart and the floor. */

import * as api from "../api.js";
import { h, put } from "../dom.js";
import { named } from "../format.js";
import { t, woven } from "../language.js";
import { filmAddress } from "../router.js";
import { segmented } from "../components/segmented.js";
import { empty, filled } from "../components/states.js";
import { chart, figuresTable } from "../components/chart.js";
import * as store from "../store.js";
import { measuresOf, standing } from "../figures.js";

/** Ratings that a trial needs. */
const LEAST = 10;

export function about({ model, signal }) {
  const holder = h("div.figures");
  const load = () => {
    if (!model.has_figures) return put(holder, nothing());
    return filled(holder, () => api.figures(signal), (answer) => study(answer, model), h("div.skeleton-chart", { "aria-hidden": "true" }));
  };
  return {
    title: t("about.title"),
    element: h("div.page.page-about", null,
      h("header.page-head", null, h("div", null, h("h1", null, t("about.title")), h("p.lede", null, t("about.lede")))), onMine(signal), holder),
    ready: load,
  };
}

/** The model tried on the person's own ratings, when they ask for it. */
function onMine(signal) {
  const box = h("div.trial", { role: "status" });
  const start = h("button.button.button-primary", { type: "button", onclick: () => filled(box, async () => {
    await store.settled();
    return api.trial(await store.profileId(), signal);
  }, tried, h("p.hint", null, t("about.trying"))) }, t("about.try"));
  return h("section.panel.trial-panel", { "aria-labelledby": "mine" }, h("h2", { id: "mine" }, t("about.forYou")),
    h("p", null, t("about.how")),
    store.nRated() >= LEAST ? start : h("p.hint", null, t("about.needs", { n: LEAST })), box);
}

function tried({ hidden, listed, found, popular, of }) {
  return [
    h("p", null, woven("about.tried", { found: h("strong", null, t("about.found", { found, n: hidden.length })), listed, of, popular })),
    h("ul.plain-list", null, hidden.slice(0, 8).map(({ item, rank }) => h("li", null, woven("about.place", { title: h("a", { href: filmAddress(item.item_id) }, named(item)), place: rank })))),
  ];
}

const nothing = () => empty({
  art: "why", title: t("about.none"),
  text: woven("about.noneText", { command: h("code", null, "cineblend compare") }),
});

const dataOf = ({ name, ratings, items, users }, k) => (ratings ? t("about.dataOf", { name, ratings, items, people: users, k }) : t("about.data", { name }));

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
  const choose = segmented({ label: t("about.measure"), value: measures[0].label, options: measures.map((one) => ({ value: one.label, label: one.name })), onchange: show });
  show(measures[0].label);
  const protocol = answer.protocol ?? {};
  return [
    lead && h("section.verdict", null, lead.map((one) => h("div.verdict-figure", { "data-kind": one.kind }, h("span.verdict-number", null, one.number), h("span.verdict-text", null, one.text)))),
    h("section.panel.plot-panel", { "aria-labelledby": "plot" }, h("div.section-head", null, h("h2", { id: "plot" }, t("about.compared")), choose), plain, plot, figuresTable(answer.rows, measures)),
    h("div.columns", null,
      h("section", null, h("h2", null, t("about.means")), sentences.map((text) => h("p", null, text))),
      h("section", null, h("h2", null, t("about.tested")),
        h("ul.plain-list", null, [
          protocol.split && t("about.heldOut", { what: protocol.split }),
          protocol.relevance && t("about.hit", { what: protocol.relevance }),
          protocol.candidates && t("about.candidates", { what: protocol.candidates }),
          answer.data?.name && dataOf(answer.data, k),
        ].filter(Boolean).map((text) => h("li", null, text))),
        answer.data?.caution && h("p.hint", null, `${answer.data.caution}.`))),
  ];
}
