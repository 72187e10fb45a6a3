/** The map of the catalogue: films with similar texts and viewers close together, and a list of those in view. */

import * as api from "../api.js";
import { announce } from "../announce.js";
import { debounce, h, icon, put, still } from "../dom.js";
import { hear } from "../events.js";
import { count, many, named, marked, title } from "../format.js";
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
    title: "Map",
    element: h("div.page.page-map", null, h("header.page-head", null, h("div", null, h("h1", null, "The map of films"),
      h("p.lede", null, "Similar films, liked by similar people, are close together. Rings mark the ones you rated."))), holder),
    ready: () => {
      if (!model.has_map) return put(holder, empty({ art: "map", title: "No map", text: underWay() ? "The better model that is being fitted has one." : "This model has no map. Install the extra “map” and fit it again." }));
      return filled(holder, () => api.map(signal), (answer) => atlas(new Scene(points(answer)), signal), h("div.map.skeleton-map", { "aria-hidden": "true" }));
    },
  };
}

function atlas(scene, signal) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { "aria-hidden": "true" }));
  const ctx = canvas.getContext("2d");
  const pad = h("div.map-pad", { tabindex: "0", role: "application", "aria-roledescription": "map", "aria-label": `Map of ${count(scene.points.length)} films. Arrow keys move, plus and minus zoom, 0 shows all, Enter opens the film in the middle. The list beside it says what is in view.` }, canvas);
  const tip = h("div.map-tip", { hidden: true, "aria-hidden": "true" });
  const inView = h("ol.map-list", { "aria-label": "Best known films in view" });
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
    put(tally, `${many(seen.length, "film")} in view`);
    put(inView, seen.slice(0, 12).map((point) => h("li", null, h("a", { href: filmAddress(point.id), onpointerenter: () => warm(point, false), onfocus: () => warm(point, false) },
      h("i.dot", { style: { "--dot": `var(${FAMILIES[point.family].token})` }, "aria-hidden": "true" }), h("span", null, title(point)), h("small", null, store.rating(point.id) ? marked(store.rating(point.id)) : point.year ?? "")))));
  }, 140);
  const middle = debounce(() => {
    if (!state.cross) return;
    const point = scene.nearest(scene.width / 2, scene.height / 2, 80);
    warm(point, true);
    if (point) announce(`In the middle: ${named(point)}`);
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
    put(tip, poster({ ...point, poster: `/posters/${encodeURIComponent(point.id)}.svg` }, { eager: true }), h("div", null, h("strong", null, title(point)), h("small", null, [point.year, FAMILIES[point.family].name].filter(Boolean).join(" · ")), h("small", null, mine ? `You: ${marked(mine)}` : many(point.n, "rating"))));
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

  const find = combobox({ label: "Find a film on the map", placeholder: "Find on the map", onpick: (item) => {
    const point = byId.get(String(item.item_id));
    if (!point) return announce(`${named(item)} has no place on the map`);
    glide({ x: point.x, y: point.y, zoom: Math.max(8, scene.zoom) });
    warm(point, false);
    announce(`${named(item)} is in the middle`);
  } });
  return h("div.atlas", null,
    h("div.map", null, pad, tip,
      h("div.map-tools", null, tool("plus", "Zoom in", () => zoom(1.7)), tool("minus", "Zoom out", () => zoom(1 / 1.7)), tool("fit", "Show all", fit))),
    h("aside.map-side", { "aria-label": "Films in view" }, find, legend((lit) => {
      state.lit = lit;
      moved();
    }), h("h2.side-title", null, "Best known in view"), tally, inView));
}

const tool = (name, label, onclick) => h("button.icon-button", { type: "button", "aria-label": label, "data-tip": label, onclick }, icon(name));

/** Pressed families are shown alone; with none pressed, all are shown. */
function legend(onchange) {
  const lit = new Set();
  return h("div.legend", { role: "group", "aria-label": "Genres shown" }, FAMILIES.map((one, n) => {
    const button = h("button.legend-item", { type: "button", "aria-pressed": "false", onclick: () => {
      if (!lit.delete(n)) lit.add(n);
      button.setAttribute("aria-pressed", String(lit.has(n)));
      onchange(lit.size ? new Set(lit) : null);
    } }, h("i.dot", { style: { "--dot": `var(${one.token})` }, "aria-hidden": "true" }), one.name);
    return button;
  }));
}
