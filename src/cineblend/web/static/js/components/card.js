/** A film's card: poster, title, reason, rating control and actions. */

import { h, icon, put } from "../dom.js";
import { facts, named, title } from "../format.js";
import { t } from "../language.js";
import { hear } from "../events.js";
import { filmAddress } from "../router.js";
import * as store from "../store.js";
import { poster } from "./poster.js";
import { predicted } from "./predicted.js";
import { rating } from "./rating.js";
import { reason } from "./reasons.js";
import { roving } from "./roving.js";
import { notSaved, toast } from "./toast.js";

/**
 * @param {any} item
 * @param {{pick?: any, signal?: AbortSignal, onwhy?: (item: any) => void, level?: number, actions?: boolean, eager?: boolean}} [options]
 *   pick: the recommendation the film came with
 */
export function card(item, { pick, signal, onwhy, level = 2, actions = true, eager = false } = {}) {
  const open = (event) => {
    event.currentTarget.href = filmAddress(item.item_id);
  };
  const said = h("div.card-said");
  const element = h("li.card", null,
    h("a.card-poster", { href: filmAddress(item.item_id), tabindex: "-1", "aria-hidden": "true", onclick: open }, poster(item, { eager })),
    h("div.card-text", null,
      h(`h${level}.card-title`, null, h("a", { dir: "auto", href: filmAddress(item.item_id), data: { part: "title" }, onclick: open }, title(item))),
      h("p.card-facts", null, facts(item)),
      item.n_ratings === 0 && h("p.card-facts", { data: { part: "new" } }, t("rating.nobody")),
      said,
      h("div.card-foot", null,
        part(rating(item, { size: "small", signal }), "stars"),
        actions && roving(h("div.card-actions", null,
          onwhy && iconButton("why", t("card.why", { title: named(item) }), t("card.whyTip"), () => onwhy(item)),
          watchButton(item, signal), hideButton(item)), t("card.tools", { title: named(item) })))));
  const result = Object.assign(element, {
    /** Show the newer answer about the film. */
    say(next) {
      element.classList.toggle("is-first", next?.rank === 1);
      put(said, next && [predicted(next.stars), reason(next)]);
    },
  });
  result.say(pick);
  return result;
}

const part = (element, name) => {
  element.dataset.part = name;
  return element;
};

function iconButton(name, label, tip, onclick) {
  return h("button.icon-button", { type: "button", "aria-label": label, "data-tip": tip, data: { part: name }, onclick }, icon(name));
}

/** Put a film on the watchlist, or take it off. */
export function watchButton(item, signal, { wide = false } = {}) {
  const button = h(wide ? "button.button" : "button.icon-button", {
    type: "button", data: { part: "watch" }, onclick: () => {
      const on = !store.has("watchlist", item.item_id);
      store.setListed("watchlist", item, on).catch(notSaved);
      toast({ key: "list", text: t(on ? "card.isOn" : "card.isOff", { title: title(item) }), action: t("note.undo"), onaction: () => store.setListed("watchlist", item, !on).catch(() => {}) });
    },
  });
  const paint = () => {
    const on = store.has("watchlist", item.item_id);
    button.setAttribute("aria-pressed", String(on));
    if (!wide) {
      button.setAttribute("aria-label", t("card.watchlist", { title: named(item) }));
      button.dataset.tip = t(on ? "card.kept" : "card.keep");
    }
    put(button, icon(on ? "bookmarked" : "bookmark"), wide && t(on ? "card.kept" : "card.keep"));
  };
  paint();
  hear("lists", (what) => (what.all || what.item?.item_id === item.item_id) && paint(), signal);
  return button;
}

/** Hide a film. The card leaves the list, so the toast offers to undo. */
export function hideButton(item, { wide = false, then } = {}) {
  return h(wide ? "button.button" : "button.icon-button", {
    type: "button", data: { part: "hide", ...(wide ? {} : { tip: t("card.hide") }) }, "aria-label": wide ? null : t("card.hideThis", { title: named(item) }),
    onclick: () => {
      store.setListed("hidden", item, true).catch(notSaved);
      toast({ key: "list", text: t("card.hidden", { title: title(item) }), action: t("note.undo"), onaction: () => store.setListed("hidden", item, false).catch(() => {}) });
      then?.();
    },
  }, icon("hide"), wide && t("card.hide"));
}
