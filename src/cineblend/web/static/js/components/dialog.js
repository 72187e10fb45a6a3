/** A modal dialog: focus goes in, Escape and the backdrop close it, focus goes back. */

import { h, icon, uid } from "../dom.js";
import { t } from "../language.js";
import { rescueToasts } from "./toast.js";

/**
 * `leave` closes a dialog that the address opened: it changes the address, and the code that follows the address
 * then closes the element. Without `leave` the dialog closes itself.
 *
 * @param {{title: string, body: any, kind?: string, leave?: () => void, onclose?: () => void, hideTitle?: boolean}} options
 * @returns {{element: HTMLDialogElement, body: HTMLElement, close: () => void}}
 */
export function dialog({ title, body, kind = "", leave, onclose, hideTitle = false }) {
  const close = leave ?? (() => element.close());
  const id = uid("dialog");
  const back = document.activeElement;
  const content = h("div.dialog-body", null, body);
  const heading = h(hideTitle ? "h2.visually-hidden" : "h2.dialog-title", { id, tabindex: "-1" }, title);
  const shut = h("button.icon-button.dialog-close", { type: "button", "aria-label": t("dialog.close"), onclick: close }, icon("close"));
  const element = /** @type {HTMLDialogElement} */ (h(`dialog.dialog${kind ? `.${kind}` : ""}`, { "aria-labelledby": id },
    h("div.dialog-frame", null, h("header.dialog-head", null, heading, shut), content)));
  element.addEventListener("pointerdown", (event) => {
    if (event.target === element) close();
  });
  element.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  element.addEventListener("close", () => {
    rescueToasts();
    element.remove();
    if (back instanceof HTMLElement && back.isConnected) back.focus({ preventScroll: true });
    onclose?.();
  });
  document.body.append(element);
  element.showModal();
  heading.focus({ preventScroll: true });
  return { element, body: content, close };
}

/** Ask before something that cannot be undone. @returns {Promise<boolean>} */
export function sure({ title, text, yes }) {
  return new Promise((resolve) => {
    let answer = false;
    const box = dialog({
      title, kind: "dialog-small", onclose: () => resolve(answer),
      body: [
        h("p", null, text),
        h("div.row.row-end", null,
          h("button.button", { type: "button", onclick: () => box.close() }, t("dialog.keep")),
          h("button.button.button-danger", { type: "button", onclick: () => {
            answer = true;
            box.close();
          } }, yes)),
      ],
    });
  });
}
