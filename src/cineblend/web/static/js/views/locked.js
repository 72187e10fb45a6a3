/** The form for a service's API key. */

import { useKey } from "../api.js";
import { h, icon, uid } from "../dom.js";

/** @param {() => void} retry */
export function locked(retry) {
  const id = uid("key");
  const input = h("input.input", { id, type: "password", autocomplete: "current-password", required: true });
  return h("form.empty", { onsubmit: (event) => {
    event.preventDefault();
    useKey(input.value.trim());
    retry();
  } }, h("div.empty-art", { "aria-hidden": "true" }, icon("seat")), h("h2", null, "This service needs a key"),
    h("p", null, "Ask the person who started it. The key is kept until you close this tab."),
    h("div.field", null, h("label", { for: id }, "Key"), h("div.pair", null, input, h("button.button.button-primary", { type: "submit" }, "Open"))));
}
