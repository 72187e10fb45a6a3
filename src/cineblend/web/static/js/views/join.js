/** A private link was opened: use its profile in this browser, if the person says so. */

import * as api from "../api.js";
import { h, put } from "../dom.js";
import { t } from "../language.js";
import { empty, failed } from "../components/states.js";
import * as people from "../people.js";
import * as store from "../store.js";

export function join({ query }) {
  const id = people.idIn(query.get("profile") ?? "");
  const stage = h("div");
  const ask = async () => {
    if (!id) return put(stage, empty({ art: "person", title: t("join.broken"), text: t("join.copyAll") }));
    try {
      const { ratings, watchlist } = await api.profile(id);
      put(stage, empty({
        art: "person", title: t("join.has", { ratings: t("n.ratings", { n: ratings.length }), items: t("n.nouns", { n: watchlist.length }) }),
        text: t("join.ask"),
        actions: [h("button.button.button-primary", { type: "button", onclick: use }, t("join.use")), h("a.button", { href: "#/" }, t("join.notNow"))],
      }));
    } catch (error) {
      put(stage, failed(error, error.status === 404 ? null : ask));
    }
  };
  const use = async () => {
    const known = people.everyone().find((person) => person.id === id);
    people.add(known ?? { id, name: people.nextName() });
    await store.load();
    location.hash = "#/you";
  };
  return { title: t("join.title"), element: h("div.page", null, h("header.page-head", null, h("h1", null, t("join.title"))), stage), ready: ask };
}
