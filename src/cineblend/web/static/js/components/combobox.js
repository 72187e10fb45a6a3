/** Search as you type: an ARIA combobox over the catalogue; the server tolerates typing errors. */

import * as api from "../api.js";
import { announce } from "../announce.js";
import { debounce, h, icon, put, uid } from "../dom.js";
import { facts, many, named, stars, title } from "../format.js";
import { poster } from "./poster.js";
import { latest } from "./states.js";
import * as store from "../store.js";

/**
 * @param {{label: string, placeholder: string, onpick: (item: any) => void, onall?: (query: string) => void, kind?: string}} options
 */
export function combobox({ label, placeholder, onpick, onall, kind = "" }) {
  const id = uid("search");
  const list = h("ul.suggestions", { id: `${id}-list`, role: "listbox", "aria-label": "Films found", hidden: true });
  const input = /** @type {HTMLInputElement} */ (h("input", {
    id, type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list", "aria-label": label,
    placeholder, autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", maxlength: 100,
  }));
  const wipe = h("button.search-wipe", { type: "button", "aria-label": "Clear the search", hidden: true, onclick: () => {
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
    const item = found[n];
    if (!item) return;
    input.value = "";
    close();
    onpick(item);
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
  const ask = debounce(async () => {
    const query = input.value.trim();
    if (!query) return close();
    try {
      const { items, total } = await api.items({ query, limit: 7 }, next());
      if (input.value.trim() !== query) return;
      found = items;
      at = -1;
      if (!items.length) open(h("li.suggestion-none", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, "No film found. Try fewer letters."));
      else open(items.map((item, n) => option(item, n)));
      announce(items.length ? `${many(total, "film")} found. Use the arrow keys.` : "No film found");
    } catch (error) {
      if (api.stale(error)) return;
      found = [];
      open(h("li.suggestion-none", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, error.message));
      announce(error.message);
    }
  }, 140);
  const option = (item, n) => {
    const mine = store.rating(item.item_id);
    return h("li.suggestion", {
      id: `${id}-${n}`, role: "option", "aria-selected": "false", "aria-label": named(item),
      onpointerdown: (event) => event.preventDefault(), onclick: () => choose(n), onpointermove: () => at !== n && mark(n),
    }, poster(item), h("span.suggestion-text", null, h("span.suggestion-title", null, title(item)), h("span.suggestion-facts", null, facts(item))), mine && h("span.suggestion-mine", null, `${stars(mine)} ★`));
  };
  input.addEventListener("input", () => {
    wipe.hidden = !input.value;
    ask();
  });
  input.addEventListener("focus", () => input.value.trim() && ask());
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
