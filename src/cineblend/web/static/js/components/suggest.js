/** An ARIA combobox: rows found while typing, chosen with the pointer or with the arrow keys and Enter. */

import * as api from "../api.js";
import { announce } from "../announce.js";
import { debounce, h, icon, put, uid } from "../dom.js";
import { t } from "../language.js";
import { latest } from "./states.js";

/** @typedef {{label: string, content: any, pick: () => void}} Row */

/**
 * @param {{label: string, listLabel: string, placeholder: string, kind?: string, most?: number,
 *   find: (query: string, signal: AbortSignal) => Promise<{rows: Row[], said: string}>,
 *   onall?: (query: string) => void, onempty?: boolean}} options
 *   onempty: ask with an empty query when the field gets the focus
 */
export function suggest({ label, listLabel, placeholder, find, onall, kind = "", most = 100, onempty = false }) {
  const id = uid("search");
  const list = h("ul.suggestions", { id: `${id}-list`, role: "listbox", "aria-label": listLabel, hidden: true });
  const input = /** @type {HTMLInputElement} */ (h("input", {
    id, type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list", "aria-label": label,
    placeholder, autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", maxlength: most,
  }));
  const wipe = h("button.search-wipe", { type: "button", "aria-label": t("search.clear"), hidden: true, onclick: () => {
    input.value = "";
    ask.cancel();
    close();
    input.focus();
  } }, icon("close"));
  const box = h(`div.search${kind ? `.${kind}` : ""}`, null, icon("search"), input, wipe, list);
  let found = [];
  let at = -1;
  const next = latest();

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    wipe.hidden = !input.value;
  };
  const open = (...children) => {
    put(list, children);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const choose = (n) => {
    const row = found[n];
    if (!row) return;
    input.value = "";
    close();
    row.pick();
  };
  const mark = (n) => {
    at = n;
    [...list.querySelectorAll("[role=option]")].forEach((option, k) => {
      option.setAttribute("aria-selected", String(k === n));
      if (k === n) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
    if (n < 0) input.removeAttribute("aria-activedescendant");
  };
  const nothing = (text) => open(h("li.suggestion-none", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, text));
  const ask = debounce(async () => {
    const query = input.value.trim();
    if (!query && !onempty) return close();
    try {
      const { rows, said } = await find(query, next());
      if (input.value.trim() !== query || document.activeElement !== input) return;
      found = rows;
      at = -1;
      if (rows.length) open(rows.map(option));
      else nothing(said);
      announce(rows.length ? t("search.keys", { said }) : said);
    } catch (error) {
      if (api.stale(error)) return;
      found = [];
      nothing(error.message);
      announce(error.message);
    }
  }, 140);
  const option = (row, n) => h("li.suggestion", {
    id: `${id}-${n}`, role: "option", "aria-selected": "false", "aria-label": row.label,
    onpointerdown: (event) => event.preventDefault(), onclick: () => choose(n), onpointermove: () => at !== n && mark(n),
  }, row.content);
  input.addEventListener("input", () => {
    wipe.hidden = !input.value;
    ask();
  });
  input.addEventListener("focus", () => (onempty || input.value.trim()) && ask());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) ask();
    else if (event.key === "ArrowDown") mark(at + 1 < found.length ? at + 1 : -1);
    else if (event.key === "ArrowUp" && !list.hidden) mark(at < 0 ? found.length - 1 : at - 1);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Escape") input.value = "";
    else if (event.key === "Enter" && at >= 0) choose(at);
    else if (event.key === "Enter" && input.value.trim() && onall) {
      ask.cancel();
      const query = input.value.trim();
      close();
      onall(query);
    } else return;
    event.preventDefault();
  });
  return Object.assign(box, { input });
}
