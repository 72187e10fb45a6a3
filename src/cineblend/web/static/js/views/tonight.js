/** Tonight: one film and three others, by how long, in what mood, and with whom. */

import * as api from "../api.js";
import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { announce } from "../announce.js";
import { named } from "../format.js";
import { t } from "../language.js";
import { card } from "../components/card.js";
import { empty, filled, latest, skeletons } from "../components/states.js";
import * as mix from "../mix.js";
import * as people from "../people.js";
import * as store from "../store.js";
import { openWhy } from "./why.js";

const SHOWN = 4;
/** Films that a surprise is drawn from. */
const POOL = 40;

/** Most minutes, and the key of the label. */
const LENGTHS = [["", "tonight.anyLength"], ["95", "tonight.to95"], ["125", "length.to120"], ["155", "length.to150"]];

/** A mood, and the genres it asks for. */
const MOODS = {
  any: [], laugh: ["Comedy"], thrill: ["Thriller", "Action"], move: ["Drama", "Romance"],
  away: ["Adventure", "Fantasy", "Sci-Fi"], scare: ["Horror"], think: ["Mystery", "Documentary"],
};

export function tonight({ model, signal }) {
  const known = new Set(model.genres);
  const moods = Object.entries(MOODS).map(([value, genres]) => ({ value, label: t(`mood.${value}`), genres: genres.filter((one) => known.has(one)) })).filter(({ value, genres }) => value === "any" || genres.length);
  const want = { length: "", mood: "any", fresh: true, owned: false };
  const holder = h("div.tonight-films");
  const next = latest();
  signal.addEventListener("abort", () => next());
  let shown = [];

  const ask = async (k) => {
    await store.settled();
    const { genres } = moods.find(({ value }) => value === want.mood) ?? moods[0];
    const person = people.active();
    const asked = { k, genres_any: genres, runtime_to: want.length || null, text_weight: mix.now().text_weight, with_profile: people.companion()?.id ?? "", owned_only: want.owned };
    if (!person || !store.nRated()) return (await api.recommend({ ratings: [], k, reasons: false, filters: { genres_any: genres, ...(want.length ? { runtime_to: Number(want.length) } : {}), ...(want.owned ? { only: store.listedItems("owned").map(({ item_id: id }) => id) } : {}) } }, next())).items;
    const { items } = await api.recommendations(person.id, asked, next());
    return want.fresh ? items.filter(({ item }) => !store.has("watchlist", item.item_id)) : items;
  };
  const draw = (picks) => {
    shown = picks;
    if (!picks.length) return empty({ art: "seat", title: t("tonight.none"), text: t("tonight.other") });
    const [first, ...others] = picks.map((pick, at) => card(pick.item, { pick: { ...pick, rank: at + 1 }, signal, level: at ? 3 : 2, onwhy: store.nRated() ? (item) => openWhy(item) : undefined }));
    announce(t("tonight.said", { title: named(picks[0].item) }));
    return [h("ul.cards.cards-grid.tonight-first", { "aria-label": t("tonight.first"), style: { "--lead": JSON.stringify(t("tonight.best")) } }, first),
      others.length > 0 && h("section", { "aria-labelledby": "else" }, h("h2", { id: "else" }, t("tonight.others")), h("ul.cards.cards-grid.tonight-others", null, others))];
  };
  const load = (surprise = false) => filled(holder, async () => {
    const items = await ask(surprise ? POOL : Math.min(100, SHOWN + store.listedItems("watchlist").length));
    return (surprise ? drawn(items, shown) : items).slice(0, SHOWN);
  }, draw, h("ul.cards.cards-grid", null, skeletons(SHOWN)));

  const check = (key, label) => {
    const box = h("input", { type: "checkbox", checked: want[key], onchange: () => {
      want[key] = box.checked;
      load();
    } });
    return h("label.check", null, box, h("span", null, label));
  };
  const set = (key) => (value) => {
    want[key] = value;
    load();
  };
  hear("ratings", ({ all, item }) => !all && shown.some((pick) => pick.item.item_id === item?.item_id) && load(), signal);
  hear("lists", ({ list, all }) => !all && list === "hidden" && load(), signal);
  return {
    title: t("tonight.title"),
    element: h("div.page.page-tonight", null,
      h("header.page-head", null, h("div", null, h("h1", null, t("tonight.title")), h("p.lede", null, t("tonight.lede"))),
        h("button.button.button-primary", { type: "button", onclick: () => load(true) }, icon("again"), t("tonight.surprise"))),
      h("div.tonight-asked", null,
        chosen(t("tonight.mood"), moods.map(({ value, label }) => [value, label]), set("mood")),
        model.has_runtime && chosen(t("tonight.length"), LENGTHS.map(([most, key]) => [most, t(key)]), set("length")),
        withWhom(load, signal),
        check("fresh", t("tonight.fresh")),
        store.listedItems("owned").length > 0 && check("owned", t("filters.owned"))),
      holder),
    ready: () => load(),
  };
}

/** Some of the films by chance, the better ones more often; none that is shown now. */
function drawn(items, shown) {
  const now = new Set(shown.map(({ item }) => item.item_id));
  return items.filter(({ item }) => !now.has(item.item_id)).map((pick, at) => ({ pick, key: Math.random() ** (1 + at / 12) })).sort((a, b) => b.key - a.key).map(({ pick }) => pick);
}

function chosen(label, options, onchange) {
  const id = uid("choice");
  return h("div.field", null, h("label", { for: id }, label),
    h("select.input", { id, onchange: (event) => onchange(event.target.value) }, options.map(([value, name]) => h("option", { value }, name))));
}

function withWhom(load, signal) {
  const box = h("div.field");
  const paint = () => {
    const others = people.everyone().filter((one) => one.id !== people.active()?.id);
    const id = uid("with");
    put(box, h("label", { for: id }, t("with.ask")), h("div.input-with-icon", null, icon("two"), h("select.input", { id, onchange: (event) => {
      if (event.target.value === "+") location.hash = "#/you";
      else {
        people.watchWith(event.target.value);
        load();
      }
    } }, h("option", { value: "" }, t("with.alone")), others.map((one) => h("option", { value: one.id, selected: one.id === people.companion()?.id }, one.name)), h("option", { value: "+" }, t("with.add")))));
  };
  paint();
  hear("people", paint, signal);
  return box;
}
