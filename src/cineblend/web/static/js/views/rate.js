/** Rate: films that tell tastes apart, beside the list that each rating improves. */

import * as api from "../api.js";
import { announce } from "../announce.js";
import { debounce, h, icon, put } from "../dom.js";
import { taste } from "../catalogue.js";
import { hear } from "../events.js";
import { facts, named, title } from "../format.js";
import { t } from "../language.js";
import { filmAddress } from "../router.js";
import { combobox } from "../components/combobox.js";
import { reorder } from "../components/flip.js";
import { poster } from "../components/poster.js";
import { rating } from "../components/rating.js";
import { called, keyOf, kinds, kindsOf } from "../components/kinds.js";
import { empty, filled, skeletons } from "../components/states.js";
import { keep, recall } from "../storage.js";
import * as people from "../people.js";
import * as store from "../store.js";
import { progress } from "./progress.js";
import { soFar } from "./sofar.js";

/** Films that are asked about at first, of a kind that was chosen, and after as many answers at most. */
const FIRST = 4;
const OF_KIND = 10;
const ROUND = 10;

export function rate({ query, signal }) {
  const like = query.get("like") ?? "";
  const most = like ? OF_KIND + FIRST : ROUND;
  const deck = h("ol.deck", { "aria-label": t("rate.deck") });
  const holder = h("div", null, deck);
  const under = h("div.under");
  const key = () => `unseen.${people.active()?.id ?? ""}`;
  const unseen = new Set(recall(key(), []));

  /** The next films to ask about, without those marked as not seen and those already shown. */
  const ask = async (n, but = []) => {
    const { items } = await api.questions(store.asRatings(), Math.min(100, n + but.length), [...unseen], signal);
    return items.filter((item) => !but.includes(item.item_id)).slice(0, n);
  };
  const onTable = () => [...deck.children].map((element) => element.item?.item_id).filter((id) => id !== undefined);
  const kind = h("p.lede", { role: "status" });
  /** Films of the kind that the address names, without those rated or marked as not seen. */
  const ofKind = async () => {
    const found = (await kindsOf(signal)).find((one) => keyOf(one) === like);
    const items = found?.films.filter(({ item_id: id }) => !unseen.has(id) && store.rating(id) === null).slice(0, OF_KIND) ?? [];
    put(kind, items.length > 0 ? found.name ? called(found) : t("rate.like", { titles: called(found) }) : t("rate.kindDone"));
    return items;
  };
  const round = (first = false) => filled(holder, async () => {
    await store.settled();
    const items = first && like ? await ofKind() : [];
    if (!first) put(kind);
    return items.length ? items : ask(FIRST);
  }, (items) => {
    deck.replaceChildren(...items.map((item) => question(item)));
    put(under, items.length > 0 && h("button.button", { type: "button", onclick: async () => {
      await round();
      deck.querySelector("a, button, [tabindex]")?.focus();
      scrollTo({ top: 0, behavior: "smooth" });
    } }, icon("again"), t("rate.others")));
    return items.length ? deck : empty({ art: "check", title: t("rate.done"), text: t("rate.noMore") });
  }, h("ol.deck", null, skeletons(FIRST, "row")));

  const question = (item) => {
    const skip = h("button.button.button-quiet", { type: "button", "aria-label": t("rate.unseenThis", { title: named(item) }), onclick: () => notSeen(element, item) }, t("rate.unseen"));
    const element = h("li.question", null,
      h("a.question-poster", { href: filmAddress(item.item_id), tabindex: "-1", "aria-hidden": "true" }, poster(item)),
      h("div.question-text", null, h("h2", null, h("a", { href: filmAddress(item.item_id) }, title(item))), h("p.card-facts", null, facts(item)),
        h("div.question-foot", null, rating(item, { signal }), skip)));
    const paint = () => {
      const done = store.rating(item.item_id) !== null;
      element.classList.toggle("is-rated", done);
      skip.hidden = done;
    };
    paint();
    hear("ratings", paint, signal);
    return Object.assign(element, { item });
  };

  /** After a rating, the next question follows it; not while another one is asked for. */
  let following = false;
  const follow = async ({ value, all }) => {
    if (all || value === null || following || deck.children.length >= most || !deck.isConnected) return;
    following = true;
    try {
      const [fresh] = await ask(1, onTable());
      if (fresh && !signal.aborted) deck.append(question(fresh));
    } catch (error) {
      if (!api.stale(error)) announce(error.message);
    }
    following = false;
  };
  hear("ratings", follow, signal);

  const notSeen = async (element, item) => {
    unseen.add(item.item_id);
    keep(key(), [...unseen].slice(-300));
    try {
      const [fresh] = await ask(1, onTable());
      if (signal.aborted || !element.isConnected) return;
      const now = [...deck.children].map((one) => (one === element ? fresh && question(fresh) : one)).filter(Boolean);
      now.forEach((one) => (one.dataset.key ??= String(one.item.item_id)));
      reorder(deck, now, { key: (one) => one.dataset.key, make: (one) => one, update: () => {} });
      const target = now.find((one) => one.item === fresh) ?? deck.firstElementChild;
      target?.querySelector(".stars")?.focus({ preventScroll: true });
      announce(fresh ? t("rate.next", { title: named(fresh) }) : t("rate.end"));
    } catch (error) {
      if (!api.stale(error)) element.remove();
    }
  };

  const find = combobox({ label: t("rate.find"), placeholder: t("rate.findExample"), kind: "search-wide", onpick: (item) => {
    location.hash = filmAddress(item.item_id);
  } });
  const list = soFar(signal);
  const meter = progress(signal);
  hear("ratings", debounce(() => !signal.aborted && list.ask(), 350), signal);
  return {
    title: t("rate.title"),
    element: h("div.page.page-rate", null,
      h("header.page-head", null, h("div", null, h("h1", null, t("rate.heading")), h("p.lede", null, t(taste.kind === "stars" ? "rate.ledeStars" : "rate.ledeLike")))),
      h("div.rate", null,
        h("section.rate-deck", { "aria-label": t("rate.questions") }, find, kinds({ now: like, open: false, signal }), kind, holder, under),
        h("aside.rate-side", { "aria-label": t("sofar.title") }, meter, list.element))),
    ready: () => {
      round(true);
      list.ask();
    },
  };
}
