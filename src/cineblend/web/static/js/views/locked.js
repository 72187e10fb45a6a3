/** The form for a service's API key. */

import { useKey } from "../api.js";
import { h, icon, uid } from "../dom.js";
import { t } from "../language.js";

/** @param {() => void} retry */
export function locked(retry) {
  const id = uid("key");
  const input = h("input.input", { id, type: "password", autocomplete: "current-password", required: true });
  return h("form.empty", { onsubmit: (event) => {
    event.preventDefault();
    useKey(input.value.trim());
    retry();
  } }, h("div.empty-art", { "aria-hidden": "true" }, icon("seat")), h("h2", null, t("key.title")),
    h("p", null, t("key.text")),
    h("div.field", null, h("label", { for: id }, t("key.label")), h("div.pair", null, input, h("button.button.button-primary", { type: "submit" }, t("key.open")))));
}
