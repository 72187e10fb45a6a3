/** A film's panel over the open view: facts, your rating, the reasons, and similar films. */

import * as api from "../api.js";
import { taste } from "../catalogue.js";
import { h, icon, put } from "../dom.js";
import { capital, minutes, named, title } from "../format.js";
import { decimal, deed, genre, t, woven } from "../language.js";
import { closeOver, filmAddress } from "../router.js";
import { hideButton, watchButton } from "../components/card.js";
import { about } from "../components/content.js";
import { dialog } from "../components/dialog.js";
import { poster } from "../components/poster.js";
import { predictedFor } from "../components/predicted.js";
import { rating } from "../components/rating.js";
import { segmented } from "../components/segmented.js";
import { inCommon } from "../components/shared.js";
import { empty, filled, latest, skeletons } from "../components/states.js";
import * as store from "../store.js";
import { explain } from "./why.js";

/**
 * @param {string} id the film's id as the address has it
 * @param {{model: any, onleave: () => void}} options
 */
export function openFilm(id, { model, onleave }) {
  const control = new AbortController();
  const { signal } = control;
  const before = document.title;
  const holder = h("div.film");
  let left = false;
  // At once, and not when the browser tells that the dialog has closed: by then another film may be open.
  const end = () => {
    left = true;
    control.abort();
    document.title = before;
    onleave();
  };
  const box = dialog({
    title: t("item.loading"), hideTitle: true, kind: "dialog-film", body: holder, leave: closeOver,
    onclose: () => {
      if (left) return;
      end(); // closed by the browser itself
      closeOver();
    },
  });
  filled(holder, () => api.item(id, signal), (item) => {
    document.title = `${named(item)} · cineblend`;
    put(box.element.querySelector("h2"), named(item));
    return panel(item, { model, signal, close: box.close });
  }, h("ul.film-waiting", null, skeletons(1, "film")));
  return {
    id,
    leave() {
      end();
      box.element.close();
    },
  };
}

function panel(item, { model, signal, close }) {
  const why = h("div.why");
  const reasons = h("details.fold.film-why", null, h("summary", null, icon("why"), t("item.why")), h("div.fold-body", null, why));
  reasons.addEventListener("toggle", () => reasons.open && !why.childElementCount && explain(why, item, signal));
  return [
    h("div.film-head", null, poster(item, { spoken: true, eager: true }),
      h("div.film-text", null,
        h("p.film-title", { "aria-hidden": "true", dir: "auto" }, title(item)),
        h("p.film-facts", null, [item.year, item.genres.map(genre).join(", "), item.runtime && minutes(item.runtime)].filter(Boolean).join(" · ")),
        h("p.film-mean", null, mean(item, model.data?.name || t("item.data"))),
        predictedFor(item, signal),
        h("div.film-rate", null, h("span.label", { "aria-hidden": "true" }, t(taste.kind === "stars" ? "item.rating" : "item.you")), rating(item, { size: "large", signal })),
        h("div.row", null, watchButton(item, signal, { wide: true }), hideButton(item, { wide: true, then: close }),
          /^tt\d+$/.test(item.imdb_id ?? "") && h("a.button.button-quiet", { href: `https://www.imdb.com/title/${item.imdb_id}/`, rel: "noopener noreferrer external", target: "_blank" }, icon("out"), "IMDb", h("span.visually-hidden", null, t("out.tab")))))),
    about(item.content),
    store.nRated() > 0 && reasons,
    similarFilms(item, model, signal),
  ];
}

/** What the people of the data make of it. */
function mean(item, data) {
  if (!item.n_ratings) return t("rating.nobody");
  if (item.mean_rating === null) return t("item.did", { n: item.n_ratings, people: t("n.people", { n: item.n_ratings }), act: deed(taste.act), data });
  return woven("item.mean", { mean: h("strong", null, `${decimal(item.mean_rating, 1)} ★`), ratings: t("n.ratings", { n: item.n_ratings }), data });
}

function similarFilms(item, model, signal) {
  const strip = h("div.strip-holder");
  const next = latest();
  signal.addEventListener("abort", () => next());
  const load = (by) => filled(strip, () => api.similar(item.item_id, { k: 12, by }, next()), ({ items }) =>
    items.length ? h("ul.strip", { tabindex: "0", "aria-label": t("item.similar") }, items.map((one) => h("li", null, h("a.strip-film", { href: filmAddress(one.item.item_id) }, poster(one.item), h("span", { dir: "auto" }, title(one.item)), h("small", null, one.item.year ?? ""), h("small.strip-shared", { dir: "auto" }, capital(inCommon(one.shared))))))) :
      empty({ title: t("item.noneSimilar"), text: t("item.tooFew") }),
  h("ul.strip", { "aria-hidden": "true" }, skeletons(6)));
  load("both");
  return h("section.film-similar", null,
    h("div.section-head", null, h("h3", null, t("item.similar")),
      model.has_words && segmented({ label: t("item.similarBy"), value: "both", onchange: load, options: [{ value: "both", label: t("item.byBoth") }, { value: "people", label: t("item.byPeople") }, { value: "text", label: t("item.byText") }] })),
    strip);
}
