/** A sheet from the bottom of a phone: a dialog that Escape, the backdrop, the cross and a pull downwards close. */

import { h, still } from "../dom.js";
import { dialog } from "./dialog.js";

/** How far down, in pixels, a pull closes the sheet. */
const FAR = 90;

/**
 * The body's elements stay the same between openings, so they keep what is typed and chosen.
 *
 * @param {{title: string, body: HTMLElement, signal: AbortSignal}} options the signal closes the sheet
 * @returns {{open: () => void, close: () => void}}
 */
export function sheet({ title, body, signal }) {
  let shown = null;
  const close = () => shown?.close();
  signal.addEventListener("abort", close);
  return {
    close,
    open() {
      shown = dialog({ title, body, kind: "sheet", onclose: () => (shown = null) });
      const head = /** @type {HTMLElement} */ (shown.element.querySelector(".dialog-head"));
      head.prepend(h("span.sheet-handle", { "aria-hidden": "true" }));
      pulled(head, shown.element, close);
    },
  };
}

/** Follow a finger on the head; let go far enough down, the sheet closes. */
function pulled(head, element, close) {
  let from = null;
  head.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button")) return;
    from = event.clientY;
    head.setPointerCapture(event.pointerId);
  });
  head.addEventListener("pointermove", (event) => {
    if (from !== null) element.style.translate = `0 ${Math.max(0, event.clientY - from)}px`;
  });
  const end = (event) => {
    if (from === null) return;
    const down = event.clientY - from;
    from = null;
    if (event.type === "pointerup" && down > FAR) {
      close();
      return;
    }
    element.style.translate = "";
    if (!still() && down > 0) element.animate([{ translate: `0 ${down}px` }, { translate: "none" }], { duration: 160, easing: "ease-out" });
  };
  head.addEventListener("pointerup", end);
  head.addEventListener("pointercancel", end);
}
