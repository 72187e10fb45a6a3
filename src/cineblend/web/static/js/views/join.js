/** A private link was opened: use its profile in this browser, if the person says so. */

import * as api from "../api.js";
import { h, put } from "../dom.js";
import { many } from "../format.js";
import { empty, failed } from "../components/states.js";
import * as people from "../people.js";
import * as store from "../store.js";

export function join({ query }) {
  const id = people.idIn(query.get("profile") ?? "");
  const stage = h("div");
  const ask = async () => {
    if (!id) return put(stage, empty({ art: "person", title: "This link is not complete", text: "Copy the whole link under You on the other device." }));
    try {
      const { ratings, watchlist } = await api.profile(id);
      put(stage, empty({
        art: "person", title: `${many(ratings.length, "rating")}, ${many(watchlist.length, "film")} on the watchlist`,
        text: "Use this profile here? Ratings from this browser then go into it.",
        actions: [h("button.button.button-primary", { type: "button", onclick: use }, "Use it here"), h("a.button", { href: "#/" }, "Not now")],
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
  return { title: "Open a profile", element: h("div.page", null, h("header.page-head", null, h("h1", null, "Open a profile")), stage), ready: ask };
}
