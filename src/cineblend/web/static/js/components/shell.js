/** The frame around every view: navigation, search, theme, and who is watching. */

import { h, icon, put } from "../dom.js";
import { address, filmAddress, go } from "../router.js";
import { hear } from "../events.js";
import { SPOKEN, choose, chosen, language, t } from "../language.js";
import { keepTheme } from "../storage.js";
import { combobox } from "./combobox.js";
import * as people from "../people.js";
import * as store from "../store.js";

const PLACES = [
  { path: "/", name: "home", icon: "home", also: ["/tonight"] },
  { path: "/rate", name: "rate", icon: "rate" },
  { path: "/map", name: "map", icon: "map" },
  { path: "/watchlist", name: "watchlist", icon: "bookmark" },
  { path: "/you", name: "you", icon: "person", also: ["/import", "/about", "/taste"] },
];

/** Draw the frame once. @returns a function that marks the current place */
export function shell() {
  document.querySelector(".brand")?.setAttribute("aria-label", t("app.home"));
  document.getElementById("nav")?.setAttribute("aria-label", t("app.nav"));
  const links = PLACES.map((one) => h("a.nav-link", { href: address(one.path) }, icon(one.icon), h("span", null, t(`nav.${one.name}`)), one.path === "/watchlist" && watchCount()));
  put(document.getElementById("nav"), links);
  put(document.getElementById("tools"), languages(), themeButton());
  put(document.querySelector("[data-skip]"), t("app.skip"));
  return (path) => PLACES.forEach((one, n) => {
    const here = one.path === path || one.also?.includes(path);
    if (here) links[n].setAttribute("aria-current", one.path === path ? "page" : "true");
    else links[n].removeAttribute("aria-current");
  });
}

let box = null;
/** Draw what names the catalogue's items: the search. */
export function drawSearch() {
  if (!box) document.addEventListener("keydown", toSearch);
  box = combobox({
    label: t("search.all"), placeholder: t("search.short"),
    onpick: (item) => {
      location.hash = filmAddress(item.item_id);
    },
    onperson: (name) => go("/films", { people: name }),
    onall: (query) => go("/films", { query }),
  });
  put(document.getElementById("search"), box);
}

/** The key "/" goes to the search. */
function toSearch(event) {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  box.input.focus();
}

function watchCount() {
  const badge = h("span.badge", { hidden: true });
  const paint = () => {
    const n = store.listedItems("watchlist").length;
    badge.hidden = !n;
    put(badge, h("span", { "aria-hidden": "true" }, String(n)), h("span.visually-hidden", null, ` ${t("nav.saved", { n })}`));
  };
  hear("lists", paint);
  return badge;
}

/** The page's language; another one needs the page to start again. */
function languages() {
  const select = h("select", { "aria-label": t("language.label"), onchange: async () => {
    await store.settled();
    choose(select.value);
    location.reload();
  } }, h("option", { value: "" }, t("language.browser")), SPOKEN.map(({ code, name }) => h("option", { value: code, lang: code, selected: code === chosen() }, name)));
  return h("div.icon-button.language", { data: { tip: t("language.label") } }, h("span", { "aria-hidden": "true" }, language.toUpperCase()), select);
}

const AFTER = { auto: "light", light: "dark", dark: "auto" };

function themeButton() {
  const now = () => document.documentElement.dataset.theme ?? "auto";
  const button = h("button.icon-button", { type: "button", onclick: () => {
    const next = AFTER[now()];
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    keepTheme(next === "auto" ? "" : next);
    paint();
  } });
  const paint = () => {
    const said = t(`theme.${now()}`);
    button.setAttribute("aria-label", t("theme.change", { now: said, next: t(`theme.${AFTER[now()]}`) }));
    button.dataset.tip = t("theme.now", { now: said });
    put(button, icon(now() === "auto" ? "auto" : now() === "light" ? "sun" : "moon"));
  };
  paint();
  return button;
}

/** Whose ratings these are, as a short name for headings. */
export const whose = () => {
  const person = people.active();
  if (!person || people.everyone().length < 2) return t("home.you");
  return people.unnamed(person) ? t("home.youToo") : person.name;
};
