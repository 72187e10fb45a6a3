/** Short notes at the edge of the page, with one action; they stay while pointed at or focused. */

import { h, icon, still } from "../dom.js";
import { t } from "../language.js";

const STAYS = 7000;
const open = new Map();

/**
 * @param {{text: string, key?: string, kind?: "plain"|"bad", action?: string, onaction?: () => void, onclose?: () => void}} options
 *   a toast replaces one with the same key
 */
export function toast({ text, key = text, kind = "plain", action, onaction, onclose }) {
  open.get(key)?.close(true);
  let timer = 0;
  const note = h(`div.toast.toast-${kind}`, { role: kind === "bad" ? "alert" : "status" }, h("p", null, text));
  const close = (replaced = false) => {
    if (open.get(key)?.note !== note) return;
    open.delete(key);
    clearTimeout(timer);
    onclose?.();
    const focused = note.contains(document.activeElement);
    if (replaced || still()) note.remove();
    else note.animate([{ opacity: 1 }, { opacity: 0, transform: "translateY(8px)" }], { duration: 160, easing: "ease-in" }).finished.finally(() => note.remove());
    if (focused) document.querySelector("main h1")?.focus({ preventScroll: true });
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(close, STAYS);
  };
  if (action) {
    note.append(h("button.toast-action", { type: "button", onclick: () => {
      close();
      onaction?.();
    } }, action));
  }
  note.append(h("button.toast-close", { type: "button", "aria-label": t("note.close"), onclick: () => close() }, icon("close")));
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("pointerleave", wait);
  note.addEventListener("focusin", () => clearTimeout(timer));
  note.addEventListener("focusout", wait);
  open.set(key, { note, close });
  place().append(note);
  wait();
}

/** Say that a change did not reach the server. @param {Error} error */
export const notSaved = (error) => toast({ text: t("note.notSaved", { problem: error.message }), kind: "bad" });

/** An open dialog makes the rest of the page inert, so notes appear inside it. */
function place() {
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  const shelf = document.getElementById("toasts");
  const home = dialog ?? document.body;
  if (shelf.parentElement !== home) home.append(shelf);
  return shelf;
}

/** Move the notes out of a closed dialog, into the open one if there is one. */
export function rescueToasts() {
  place();
}
