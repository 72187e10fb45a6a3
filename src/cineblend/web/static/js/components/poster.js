/** A film's poster at its fixed proportion; a broken one leaves a plain frame with the title. */

import { h } from "../dom.js";
import { title } from "../format.js";
import { t } from "../language.js";

/** The poster beside a title says nothing new, so it is silent unless asked to speak. */
export function poster(item, { spoken = false, eager = false } = {}) {
  const frame = h("div.poster");
  const image = h("img", {
    alt: spoken ? t("poster.of", { title: title(item) }) : "", width: 240, height: 360,
    loading: eager ? "eager" : "lazy", decoding: "async", draggable: "false",
  });
  image.addEventListener("error", () => {
    image.remove();
    frame.append(h("span.poster-missing", { "aria-hidden": spoken ? null : "true" }, title(item)));
  }, { once: true });
  const source = String(item.poster ?? "");
  if (source.startsWith("/") && !source.startsWith("//")) {
    image.setAttribute("src", source);
    frame.append(image);
  } else frame.append(h("span.poster-missing", { "aria-hidden": spoken ? null : "true" }, title(item)));
  return frame;
}
