/** A labelled range control that speaks in words. */

import { h, uid } from "../dom.js";

/**
 * @param {{label: string, low: string, high: string, value: number, say: (value: number) => string,
 *   onchange: (value: number) => void, kind?: string, step?: number, hint?: string, disabled?: boolean}} options values from 0 to 1
 * @returns {HTMLElement & {set: (value: number) => void}}
 */
export function slider({ label, low, high, value, say, onchange, kind = "", step = 0.05, hint, disabled = false }) {
  const id = uid("slider");
  const said = h("output.slider-said", { for: id });
  const input = /** @type {HTMLInputElement} */ (h("input", {
    id, type: "range", min: 0, max: 1, step, value, disabled, "aria-describedby": hint ? `${id}-hint` : null,
  }));
  const paint = () => {
    const text = say(Number(input.value));
    said.textContent = text;
    input.setAttribute("aria-valuetext", text);
    input.style.setProperty("--at", input.value);
  };
  input.addEventListener("input", () => {
    paint();
    onchange(Number(input.value));
  });
  paint();
  const box = h(`div.slider${kind ? `.${kind}` : ""}`, null,
    h("div.slider-head", null, h("label", { for: id }, label), said), input,
    h("div.slider-ends", { "aria-hidden": "true" }, h("span", null, low), h("span", null, high)),
    hint && h("p.hint", { id: `${id}-hint` }, hint));
  return Object.assign(box, {
    set(next) {
      input.value = String(next);
      paint();
    },
  });
}
