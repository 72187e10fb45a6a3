/** The map of the catalogue: films with similar texts and viewers close together, and a list of those in view. */

import * as api from "../api.js";
import { announce } from "../announce.js";
import { debounce, h, icon, put, still } from "../dom.js";
import { hear } from "../events.js";
import { named, marked, title } from "../format.js";
import { t } from "../language.js";
import { filmAddress } from "../router.js";
import { combobox } from "../components/combobox.js";
import { poster } from "../components/poster.js";
import { underWay } from "../components/fitting.js";
import { empty, filled } from "../components/states.js";
import { controls } from "../map/controls.js";
import { draw, palette } from "../map/draw.js";
import { FAMILIES } from "../map/genres.js";
import { points, Scene } from "../map/scene.js";
import * as store from "../store.js";

export function catalogueMap({ model, signal }) {
  const holder = h("div.map-holder");
  return {
    title: t("nav.map"),
    element: h("div.page.page-map", null, h("header.page-head", null, h("div", null, h("h1", null, t("map.heading")),
      h("p.lede", null, t("map.lede")))), holder),
    ready: () => {
      if (!model.has_map) return put(holder, empty({ art: "map", title: t("map.none"), text: t(underWay() ? "map.later" : "map.extra") }));
      return filled(holder, () => api.map(signal), (answer) => atlas(new Scene(points(answer)), signal), h("div.map.skeleton-map", { "aria-hidden": "true" }));
    },
  };
}

function atlas(scene, signal) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { "aria-hidden": "true" }));
  const ctx = canvas.getContext("2d");
  const pad = h("div.map-pad", { tabindex: "0", role: "application", "aria-roledescription": t("map.role"), "aria-label": t("map.pad", { n: scene.points.length }) }, canvas);
  const tip = h("div.map-tip", { hidden: true, "aria-hidden": "true" });
  const inView = h("ol.map-list", { "aria-label": t("map.best") });
  const tally = h("p.hint");
  const byId = new Map(scene.points.map((point) => [String(point.id), point]));
  const state = { colours: null, hot: null, lit: null, rating: store.rating, cross: false };

  let asked = 0;
  const paint = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      if (signal.aborted) return;
      state.colours ??= palette(pad);
      draw(ctx, scene, state);
    });
  };
  const listView = debounce(() => {
    const seen = scene.points.filter((point) => scene.inView(point) && (!state.lit || state.lit.has(point.family)));
    put(tally, t("map.inView", { n: seen.length }));
    put(inView, seen.slice(0, 12).map((point) => h("li", null, h("a", { href: filmAddress(point.id), onpointerenter: () => warm(point, false), onfocus: () => warm(point, false) },
      h("i.dot", { style: { "--dot": `var(${FAMILIES[point.family].token})` }, "aria-hidden": "true" }), h("span", null, title(point)), h("small", null, store.rating(point.id) ? marked(store.rating(point.id)) : point.year ?? "")))));
  }, 140);
  const middle = debounce(() => {
    if (!state.cross) return;
    const point = scene.nearest(scene.width / 2, scene.height / 2, 80);
    warm(point, true);
    if (point) announce(t("map.middle", { title: named(point) }));
  }, 220);
  const moved = () => {
    tip.hidden = true;
    paint();
    listView();
    middle();
  };
  const warm = (point, withTip) => {
    if (state.hot !== point) {
      state.hot = point;
      paint();
    }
    pad.classList.toggle("is-pointing", Boolean(point) && withTip);
    tip.hidden = !point || !withTip;
    if (tip.hidden) return;
    const mine = store.rating(point.id);
    put(tip, poster({ ...point, poster: `/posters/${encodeURIComponent(point.id)}.svg` }, { eager: true }), h("div", null, h("strong", null, title(point)), h("small", null, [point.year, t(`family.${FAMILIES[point.family].key}`)].filter(Boolean).join(" · ")), h("small", null, mine ? t("map.yours", { rating: marked(mine) }) : t("n.ratings", { n: point.n }))));
    const x = scene.px(point);
    const right = x + 260 < scene.width;
    tip.style.setProperty("--x", `${Math.round(right ? x + 20 : Math.max(8, x - 250))}px`);
    tip.style.setProperty("--y", `${Math.round(Math.min(Math.max(8, scene.py(point) - 50), scene.height - 130))}px`);
  };
  const open = (point) => {
    if (point) location.hash = filmAddress(point.id);
  };
  const glide = (to) => {
    const from = { ...scene.centre, zoom: scene.zoom };
    const begun = performance.now();
    const step = (now) => {
      if (signal.aborted) return;
      const t = still() ? 1 : Math.min(1, (now - begun) / 380);
      const e = 1 - (1 - t) ** 3;
      scene.look(from.x + (to.x - from.x) * e, from.y + (to.y - from.y) * e, from.zoom * (to.zoom / from.zoom) ** e);
      moved();
      if (t < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  };
  const zoom = (factor) => glide({ ...scene.centre, zoom: scene.zoom * factor });
  const fit = () => glide({ x: 0.5, y: 0.5, zoom: 1 });
  controls(pad, scene, {
    moved, zoom, fit,
    hover: (x, y) => warm(scene.nearest(x, y, 8, (point) => !state.lit || state.lit.has(point.family)), true),
    leave: () => warm(null, false),
    press: (x, y) => open(scene.nearest(x, y, 14)),
    enter: () => open(state.hot),
  }, signal);
  pad.addEventListener("focus", () => {
    state.cross = pad.matches(":focus-visible");
    middle();
    paint();
  });
  pad.addEventListener("blur", () => {
    state.cross = false;
    paint();
  });

  new ResizeObserver(() => {
    if (!pad.isConnected || !pad.clientWidth) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    canvas.width = Math.round(pad.clientWidth * ratio);
    canvas.height = Math.round(pad.clientHeight * ratio);
    scene.resize(pad.clientWidth, pad.clientHeight);
    moved();
  }).observe(pad);
  const repaint = () => {
    state.colours = null;
    paint();
  };
  const themed = new MutationObserver(repaint);
  themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  signal.addEventListener("abort", () => themed.disconnect());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint, { signal });
  document.fonts?.ready.then(repaint);
  hear("ratings", moved, signal);

  const find = combobox({ label: t("map.find"), placeholder: t("map.findShort"), onpick: (item) => {
    const point = byId.get(String(item.item_id));
    if (!point) return announce(t("map.noPlace", { title: named(item) }));
    glide({ x: point.x, y: point.y, zoom: Math.max(8, scene.zoom) });
    warm(point, false);
    announce(t("map.isMiddle", { title: named(item) }));
  } });
  return h("div.atlas", null,
    h("div.map", null, pad, tip,
      h("div.map-tools", null, tool("plus", t("map.in"), () => zoom(1.7)), tool("minus", t("map.out"), () => zoom(1 / 1.7)), tool("fit", t("map.fit"), fit))),
    h("aside.map-side", { "aria-label": t("map.side") }, find, legend((lit) => {
      state.lit = lit;
      moved();
    }), h("h2.side-title", null, t("map.bestShort")), tally, inView));
}

const tool = (name, label, onclick) => h("button.icon-button", { type: "button", "aria-label": label, "data-tip": label, onclick }, icon(name));

/** Pressed families are shown alone; with none pressed, all are shown. */
function legend(onchange) {
  const lit = new Set();
  return h("div.legend", { role: "group", "aria-label": t("map.legend") }, FAMILIES.map((one, n) => {
    const button = h("button.legend-item", { type: "button", "aria-pressed": "false", onclick: () => {
      if (!lit.delete(n)) lit.add(n);
      button.setAttribute("aria-pressed", String(lit.has(n)));
      onchange(lit.size ? new Set(lit) : null);
    } }, h("i.dot", { style: { "--dot": `var(${one.token})` }, "aria-hidden": "true" }), t(`family.${one.key}`));
    return button;
  }));
}
