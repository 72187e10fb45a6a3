/** The catalogue: search results, or all films by genre and order, page by page. */

import * as api from "../api.js";
import { KINDS } from "../catalogue.js";
import { debounce, h, icon, put, uid } from "../dom.js";
import { genre as genreName, t } from "../language.js";
import { announce } from "../announce.js";
import { refine } from "../router.js";
import { card } from "../components/card.js";
import { empty, failed, latest, skeletons } from "../components/states.js";

/** A name without the role before it. */
const bare = (name) => name.replace(/^[a-z_]+:/, "");

/** What all films of the list have: a person, a keyword, a country, a language. */
const heading = (chosen) => h("h1", null, chosen.map(({ kind, name }, at) => [
  at > 0 && ", ", h("small.heading-kind", null, `${t(`kind.${kind}`)} `), h("bdi", null, bare(name))]));

export function films({ model, query, signal }) {
  const chosen = Object.keys(KINDS).filter((kind) => query.get(KINDS[kind].wanted)).map((kind) => ({ kind, name: query.get(KINDS[kind].wanted) ?? "" }));
  const want = {
    query: query.get("query") ?? "", genre: query.get("genre") ?? "", sort: query.get("sort") ?? "",
    ...Object.fromEntries(chosen.map(({ kind, name }) => [KINDS[kind].wanted, name])),
  };
  const list = h("ul.cards.cards-grid.cards-even", { "aria-label": t("films.list") }, skeletons(12));
  const under = h("div.under");
  const lede = h("p.lede", { role: "status" });
  const next = latest();
  signal.addEventListener("abort", () => next());

  const load = async (cursor = null) => {
    try {
      const answer = await api.items({ ...want, sort: want.sort || (want.query ? "relevance" : "popular"), limit: 24, cursor }, next());
      const cards = answer.items.map((item) => card(item, { signal }));
      if (cursor) {
        list.append(...cards);
        cards[0]?.querySelector(".card-title a")?.focus({ preventScroll: true });
      } else list.replaceChildren(...cards);
      put(lede, t("n.nouns", { n: answer.total }));
      list.hidden = !answer.total;
      put(under, answer.next_cursor ? h("button.button", { type: "button", onclick: () => load(answer.next_cursor) }, t("home.more"))
        : !answer.total && empty({ title: t("films.none"), text: t("films.fewer") }));
      if (cursor) announce(t("n.moreNouns", { n: answer.items.length }));
    } catch (error) {
      if (api.stale(error)) return;
      if (!cursor) list.replaceChildren();
      put(under, failed(error, error.status === 422 ? null : () => load(cursor)));
    }
  };
  const soon = debounce(() => {
    refine(want);
    load();
  }, 200);
  const ids = [uid("q"), uid("g"), uid("s")];
  const change = (key) => (event) => {
    want[key] = event.target.value;
    soon();
  };
  return {
    title: chosen.length ? chosen.map(({ name }) => bare(name)).join(", ") : want.query ? t("films.quoted", { words: want.query }) : t("films.all"),
    element: h("div.page", null,
      h("header.page-head", null, h("div", null, chosen.length ? heading(chosen) : h("h1", null, t("films.all")), lede),
        chosen.length > 0 && h("a.button", { href: "#/films" }, t("films.all"))),
      h("form.toolbar", { onsubmit: (event) => event.preventDefault() },
        h("div.field", null, h("label", { for: ids[0] }, t("films.find")), h("div.input-with-icon", null, icon("search"), h("input.input", { id: ids[0], type: "search", value: want.query, maxlength: 100, autocomplete: "off", oninput: change("query") }))),
        h("div.field", null, h("label", { for: ids[1] }, t("films.genre")), h("select.input", { id: ids[1], onchange: change("genre") }, h("option", { value: "" }, t("films.anyGenre")), model.genres.map((g) => h("option", { value: g, selected: g === want.genre }, genreName(g))))),
        h("div.field", null, h("label", { for: ids[2] }, t("films.order")), h("select.input", { id: ids[2], onchange: change("sort") }, ["", "popular", "year", "title"].map((sort) => h("option", { value: sort, selected: sort === want.sort }, t(`order.${sort || "match"}`)))))),
      list, under),
    ready: () => load(),
  };
}
