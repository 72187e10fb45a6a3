/** The rating control connected to the store; stars, thumbs or a heart; a toast offers to undo every change. */

import { taste } from "../catalogue.js";
import { stars } from "./stars.js";
import { toggles } from "./toggles.js";
import { notSaved, toast } from "./toast.js";
import { hear } from "../events.js";
import * as store from "../store.js";
import { t } from "../language.js";
import { fromStars, inStars, marked, title } from "../format.js";

/**
 * @param {any} item
 * @param {{size?: "small"|"medium"|"large", signal?: AbortSignal}} [options]
 */
export function rating(item, { size, signal } = {}) {
  const byStars = taste.kind === "stars";
  const shown = () => {
    const mine = store.rating(item.item_id);
    return byStars && mine !== null ? inStars(mine) : mine;
  };
  const control = (byStars ? stars : toggles)({
    item, size, value: shown(),
    onrate: (value, how) => rate(item, byStars && value !== null ? fromStars(value) : value, how),
  });
  hear("ratings", (what) => {
    if (what.all || what.item.item_id === item.item_id) control.show(shown());
  }, signal);
  return control;
}

let undoing = null;

/** Rate and offer to undo; a run of changes to one film is undone as one. */
export function rate(item, value, how = "pointer") {
  const before = undoing?.id === item.item_id ? undoing.before : store.rating(item.item_id);
  const run = { id: item.item_id, before };
  undoing = run;
  store.setRating(item, value, how).catch(notSaved);
  toast({
    key: "rating",
    text: value === null ? t("rating.removed", { title: title(item) }) : t("rating.done", { title: title(item), rating: marked(value) }),
    action: t("note.undo"),
    onaction: () => store.setRating(item, before, "undo").catch(notSaved),
    onclose: () => {
      if (undoing === run) undoing = null;
    },
  });
}
