/** The frame around every view: navigation, search, theme, and who is watching. */

import { h, icon, put } from "../dom.js";
import { address, filmAddress, go } from "../router.js";
import { hear } from "../events.js";
import { keepTheme } from "../storage.js";
import { combobox } from "./combobox.js";
import * as people from "../people.js";
import * as store from "../store.js";

const PLACES = [
  { path: "/", name: "For you", icon: "home", also: ["/tonight"] },
  { path: "/rate", name: "Rate", icon: "rate" },
  { path: "/map", name: "Map", icon: "map" },
  { path: "/watchlist", name: "Watchlist", icon: "bookmark" },
  { path: "/you", name: "You", icon: "person", also: ["/import", "/about", "/taste"] },
];

/** Draw the frame once. @returns a function that marks the current place */
export function shell() {
  const links = PLACES.map((one) => h("a.nav-link", { href: address(one.path) }, icon(one.icon), h("span", null, one.name), one.path === "/watchlist" && watchCount()));
  put(document.getElementById("nav"), links);
  const box = combobox({
    label: "Search films and people", placeholder: "Search films and people",
    onpick: (item) => {
      location.hash = filmAddress(item.item_id);
    },
    onperson: (name) => go("/films", { people: name }),
    onall: (query) => go("/films", { query }),
  });
  put(document.getElementById("search"), box);
  put(document.getElementById("tools"), themeButton());
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      box.input.focus();
    }
  });
  return (path) => PLACES.forEach((one, n) => {
    const here = one.path === path || one.also?.includes(path);
    if (here) links[n].setAttribute("aria-current", one.path === path ? "page" : "true");
    else links[n].removeAttribute("aria-current");
  });
}

function watchCount() {
  const badge = h("span.badge", { hidden: true });
  const paint = () => {
    const n = store.listedItems("watchlist").length;
    badge.hidden = !n;
    put(badge, String(n), h("span.visually-hidden", null, " films"));
  };
  hear("lists", paint);
  return badge;
}

const AFTER = { auto: "light", light: "dark", dark: "auto" };
const SAID = { auto: "same as system", light: "light", dark: "dark" };

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
    const next = AFTER[now()];
    button.setAttribute("aria-label", `Theme: ${SAID[now()]}. Change to ${SAID[next]}`);
    button.dataset.tip = `Theme: ${SAID[now()]}`;
    put(button, icon(now() === "auto" ? "auto" : now() === "light" ? "sun" : "moon"));
  };
  paint();
  return button;
}

/** Whose ratings these are, as a short name for headings. */
export const whose = () => {
  const person = people.active();
  return !person || people.everyone().length < 2 ? "you" : person.name;
};
