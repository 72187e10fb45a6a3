/** The rating control connected to the store; a toast offers to undo every change. */

import { stars } from "./stars.js";
import { toast } from "./toast.js";
import { hear } from "../events.js";
import * as store from "../store.js";
import { stars as written, title } from "../format.js";

/**
 * @param {any} item
 * @param {{size?: "small"|"medium"|"large", signal?: AbortSignal}} [options]
 */
export function rating(item, { size, signal } = {}) {
  const control = stars({
    item, size, value: store.rating(item.item_id),
    onrate: (value, how) => rate(item, value, how),
  });
  hear("ratings", (what) => {
    if (what.all || what.item.item_id === item.item_id) control.show(store.rating(item.item_id));
  }, signal);
  return control;
}

let undoing = null;

/** Rate and offer to undo; a run of changes to one film is undone as one. */
export function rate(item, value, how = "pointer") {
  const before = undoing?.id === item.item_id ? undoing.before : store.rating(item.item_id);
  const run = { id: item.item_id, before };
  undoing = run;
  store.setRating(item, value, how).catch((error) => toast({ text: `Not saved: ${error.message}`, kind: "bad" }));
  toast({
    key: "rating",
    text: value === null ? `Rating of ${title(item)} removed` : `${title(item)}: ${written(value)} ★`,
    action: "Undo",
    onaction: () => store.setRating(item, before, "undo").catch((error) => toast({ text: `Not saved: ${error.message}`, kind: "bad" })),
    onclose: () => {
      if (undoing === run) undoing = null;
    },
  });
}
