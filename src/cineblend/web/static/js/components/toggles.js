/** The rating control where there are no stars: a heart, or two thumbs. */

import { taste } from "../catalogue.js";
import { h, icon } from "../dom.js";
import { named } from "../format.js";
import { t } from "../language.js";

/** @param {{item: any, value: number|null, size?: string, onrate: (value: number|null, how: "pointer"|"keyboard") => void}} options */
export function toggles({ item, value, size = "medium", onrate }) {
  let now = value;
  const choices = taste.kind === "heart"
    ? [{ name: "heart", says: t("rating.like"), of: taste.high }]
    : [{ name: "thumb-up", says: t("rating.like"), of: taste.high }, { name: "thumb-down", says: t("rating.dislike"), of: taste.low }];
  const buttons = choices.map(({ name, says, of }) => h("button.icon-button.toggle", {
    type: "button", "aria-label": t("rating.of", { act: says, title: named(item) }), "data-tip": says,
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
  return Object.assign(h(`div.toggles.toggles-${size}`, { role: "group", "aria-label": t("rating.opinion", { title: named(item) }) }, buttons), { show });
}
