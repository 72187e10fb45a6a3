/** A few choices side by side, one of them active: radio buttons in one frame. */

import { h, icon, uid } from "../dom.js";

/** @param {{label: string, value: string, options: {value: string, label: string, icon?: string}[], onchange: (value: string) => void}} options */
export function segmented({ label, value, options, onchange }) {
  const name = uid("choice");
  return h("fieldset.segmented", null, h("legend.visually-hidden", null, label),
    options.map((one) => h("label.segment", one.icon ? { "data-tip": one.label } : null,
      h("input", { type: "radio", name, value: one.value, checked: one.value === value, onchange: () => onchange(one.value) }),
      h("span", null, one.icon ? [icon(one.icon), h("span.visually-hidden", null, one.label)] : one.label))));
}
