/** The rating control: five stars in halves, for mouse, touch, keyboard and screen reader (a slider). */

import { h, icon } from "../dom.js";
import { named, spoken, stars as written } from "../format.js";
import { t } from "../language.js";

const SIZES = { small: "stars-small", medium: "", large: "stars-large" };

/**
 * @param {{item: any, value: number|null, size?: "small"|"medium"|"large", onrate: (value: number|null, how: "pointer"|"keyboard") => void}} options
 * @returns {HTMLElement & {show: (value: number|null) => void}}
 */
export function stars({ item, value, size = "medium", onrate }) {
  let now = value;
  let hovered = null;
  const filled = h("span.stars-filled", { "aria-hidden": "true" }, fiveStars());
  const row = h("span.stars-row", { "aria-hidden": "true" }, fiveStars(), filled);
  const figure = h("span.stars-figure", { "aria-hidden": "true" });
  const control = h(`div.stars.${SIZES[size]}`, {
    role: "slider", tabindex: "0", "aria-label": t("rating.yours", { title: named(item) }),
    "aria-valuemin": 0, "aria-valuemax": 5, "aria-orientation": "horizontal",
  }, row, figure);

  const paint = () => {
    const shown = hovered ?? now ?? 0;
    filled.style.setProperty("--share", `${shown * 20}%`);
    control.classList.toggle("is-hovered", hovered !== null);
    control.classList.toggle("is-rated", now !== null);
    figure.textContent = shown ? written(shown) : "";
    control.setAttribute("aria-valuenow", String(now ?? 0));
    control.setAttribute("aria-valuetext", spoken(now));
  };
  const set = (next, how) => {
    if (next === now) return;
    now = next;
    paint();
    onrate(next, how);
  };

  const under = (event) => {
    const box = row.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.min(5, Math.max(0.5, Math.ceil(share * 10) / 2));
  };
  row.addEventListener("pointermove", (event) => {
    hovered = under(event);
    paint();
  });
  row.addEventListener("pointerleave", () => {
    hovered = null;
    paint();
  });
  row.addEventListener("click", (event) => {
    const next = under(event);
    hovered = null;
    control.classList.remove("is-popped");
    requestAnimationFrame(() => control.classList.add("is-popped"));
    set(next, "pointer");
    paint();
  });
  control.addEventListener("keydown", (event) => {
    const next = keyed(event, now);
    if (next === undefined) return;
    event.preventDefault();
    set(next, "keyboard");
  });
  paint();
  return Object.assign(control, {
    show(next) {
      now = next;
      paint();
    },
  });
}

/** The rating after a key press; undefined for other keys. */
function keyed(event, now) {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const from = now ?? 0;
  switch (event.key) {
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(5, from + 0.5);
    case "ArrowLeft":
    case "ArrowDown":
      return from <= 0.5 ? null : from - 0.5;
    case "Home":
      return 0.5;
    case "End":
      return 5;
    case "0":
    case "Delete":
    case "Backspace":
      return null;
    default:
      return /^[1-5]$/.test(event.key) ? Number(event.key) : undefined;
  }
}

const fiveStars = () => Array.from({ length: 5 }, () => icon("star"));
