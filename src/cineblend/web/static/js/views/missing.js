/** The view for an unknown address. */

import { h } from "../dom.js";
import { empty } from "../components/states.js";

export function missing() {
  return {
    title: "Not found",
    element: h("div.page", null, h("h1.visually-hidden", null, "Not found"), empty({
      title: "This reel is missing", text: "There is no page at this address.",
      actions: h("a.button.button-primary", { href: "#/" }, "To your films"),
    })),
  };
}
