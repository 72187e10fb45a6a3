/** The rating control where there are no stars: a heart, or two thumbs. */

import { taste } from "../catalogue.js";
import { h, icon } from "../dom.js";
import { named } from "../format.js";

/** @param {{item: any, value: number|null, size?: string, onrate: (value: number|null, how: "pointer"|"keyboard") => void}} options */
export function toggles({ item, value, size = "medium", onrate }) {
  let now = value;
  const choices = taste.kind === "heart"
    ? [{ name: "heart", says: "Like", of: taste.high }]
    : [{ name: "thumb-up", says: "Like", of: taste.high }, { name: "thumb-down", says: "Dislike", of: taste.low }];
  const buttons = choices.map(({ name, says, of }) => h("button.icon-button.toggle", {
    type: "button", "aria-label": `${says} ${named(item)}`, "data-tip": says,
    onclick: (event) => {
      show(now === of ? null : of);
      onrate(now, event.detail ? "pointer" : "keyboard");
    },
  }, icon(name)));
  const show = (next) => {
    now = next;
    buttons.forEach((button, n) => button.setAttribute("aria-pressed", String(now === choices[n].of)));
  };
  show(value);
  return Object.assign(h(`div.toggles.toggles-${size}`, { role: "group", "aria-label": `Your opinion of ${named(item)}` }, buttons), { show });
}
