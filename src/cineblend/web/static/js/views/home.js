/** For you: the list, re-ranked at once by the mixer beside it. */

import * as api from "../api.js";
import { announce } from "../announce.js";
import { debounce, h, icon, put } from "../dom.js";
import { hear, tell } from "../events.js";
import { named } from "../format.js";
import { t } from "../language.js";
import { card } from "../components/card.js";
import { reorder } from "../components/flip.js";
import { segmented } from "../components/segmented.js";
import { whose } from "../components/shell.js";
import { takeOut } from "../components/take-out.js";
import { empty, failed, latest, skeletons } from "../components/states.js";
import * as mix from "../mix.js";
import * as people from "../people.js";
import * as store from "../store.js";
import { keep, recall } from "../storage.js";
import { mixer } from "./mixer.js";
import { openWhy } from "./why.js";
import { welcome } from "./welcome.js";

const STEP = 24;
const MOST = 96;

export function home({ model, signal }) {
  if (!store.nRated()) return welcome({ model, signal });
  const layout = recall("layout", "grid") === "list" ? "list" : "grid";
  const list = h(`ol.cards.cards-${layout}`, { "aria-label": t("home.list"), style: { "--lead": JSON.stringify(t("home.lead")) } }, skeletons(12));
  const under = h("div.under");
  const count = h("p.lede");
  const heading = h("h1");
  const next = latest();
  signal.addEventListener("abort", () => next());
  let k = STEP;
  let picks = [];
  const saving = takeOut("films", () => picks.map(({ item }) => item));

  const ask = async (why = "") => {
    list.classList.add("is-waiting");
    try {
      await store.settled();
      const person = people.active();
      if (!store.nRated() || !person) {
        tell("redraw");
        return;
      }
      const answer = await api.recommendations(person.id, mix.query({ k }), next());
      show(answer, why);
    } catch (error) {
      if (api.stale(error)) return;
      list.replaceChildren();
      put(under, failed(error, () => {
        put(list, skeletons(12));
        put(under);
        ask();
      }), error.status === 422 && mix.nFilters() > 0 && clearing());
    } finally {
      list.classList.remove("is-waiting");
    }
  };
  const show = (answer, why) => {
    if (signal.aborted) return;
    picks = answer.items;
    tell("understood", answer.understood);
    reorder(list, picks, {
      key: (pick) => String(pick.item.item_id),
      make: (pick) => card(pick.item, { pick, signal, onwhy: (item) => openWhy(item, k) }),
      update: (element, pick) => element.say(pick),
    });
    put(under, picks.length ? [more(picks.length), saving] : nothing(), (answer.notes ?? []).map((note) => h("p.hint", null, note)));
    if (why) announce(picks.length ? t("home.updated", { title: named(picks[0].item) }) : t("home.none"));
  };
  const more = (n) => n >= k && k < MOST && h("button.button", { type: "button", onclick: () => {
    k = Math.min(MOST, k + STEP);
    ask("more");
  } }, t("home.more"));
  const clearing = () => h("button.button.button-primary", { type: "button", onclick: () => mix.change({ ...mix.START, text: mix.now().text, text_weight: mix.now().text_weight }) }, t("home.clear"));
  const nothing = () => empty({
    art: "seat", title: t("home.none"),
    text: t(mix.nFilters() ? "home.loosen" : "home.allGone"),
    actions: mix.nFilters() > 0 && clearing(),
  });

  const soon = debounce(() => ask("mix"), 160);
  const afterRating = debounce(() => ask("rating"), 500);
  const afterKeys = debounce(() => ask("rating"), 1600);
  hear("mix", soon, signal);
  hear("model", soon, signal);
  hear("people", () => headline(), signal);
  hear("ratings", ({ how, all }) => {
    headline();
    if (all) return;
    afterRating.cancel();
    if (how === "keyboard") afterKeys();
    else {
      afterKeys.cancel();
      afterRating();
    }
  }, signal);
  hear("lists", ({ list: which, all }) => !all && (which === "hidden" || (which === "owned" ? mix.now().owned_only : mix.now().watchlist_only)) && soon(), signal);
  signal.addEventListener("abort", () => [soon, afterRating, afterKeys].forEach((one) => one.cancel()));

  const headline = () => {
    const other = people.companion();
    const ratings = t("n.ratings", { n: store.nRated() });
    put(heading, other ? t("home.forTwo", { name: whose(), other: other.name }) : t("home.for", { name: whose() }));
    put(count, other ? t("home.fromTwo", { ratings, other: other.name }) : t("home.from", { ratings }));
  };
  headline();
  const shape = segmented({
    label: t("home.layout"), value: layout, options: [{ value: "grid", label: t("home.grid"), icon: "grid" }, { value: "list", label: t("home.rows"), icon: "list" }],
    onchange: (value) => {
      keep("layout", value);
      list.className = `cards cards-${value}`;
    },
  });
  return {
    title: t("nav.home"),
    element: h("div.page.page-home", null,
      h("header.page-head", null, h("div", null, heading, count), h("div.row", null, h("a.button", { href: "#/tonight" }, icon("seat"), t("tonight.title")), shape)),
      h("div.home", null, mixer({ model, signal }), h("section.home-list", { "aria-label": t("home.section") }, list, under))),
    ready: () => ask(),
  };
}
