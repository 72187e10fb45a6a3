/** Starts the page: reads the model and the profile, then shows the view that the address names. */

import * as api from "./api.js";
import { announce } from "./announce.js";
import { learn } from "./catalogue.js";
import { h, put } from "./dom.js";
import { hear, tell } from "./events.js";
import { t } from "./language.js";
import { arrived, place } from "./router.js";
import { drawSearch, shell } from "./components/shell.js";
import { followFitting } from "./components/fitting.js";
import { failed } from "./components/states.js";
import { toast } from "./components/toast.js";
import * as people from "./people.js";
import * as store from "./store.js";
import { about } from "./views/about.js";
import { films } from "./views/films.js";
import { home } from "./views/home.js";
import { importing } from "./views/import.js";
import { catalogueMap } from "./views/map.js";
import { join } from "./views/join.js";
import { locked } from "./views/locked.js";
import { missing } from "./views/missing.js";
import { openFilm } from "./views/film.js";
import { rate } from "./views/rate.js";
import { tasteView } from "./views/taste.js";
import { tonight } from "./views/tonight.js";
import { watchlist } from "./views/watchlist.js";
import { you } from "./views/you.js";

const VIEWS = { "/": home, "/rate": rate, "/map": catalogueMap, "/watchlist": watchlist, "/you": you, "/import": importing, "/about": about, "/films": films, "/join": join, "/tonight": tonight, "/taste": tasteView };

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const markPlace = shell();
let model = null;
let shown = { path: "", query: "", control: new AbortController() };
let film = null;

async function start() {
  put(main, h("div.starting", { role: "status" }, h("div.starting-lenses", { "aria-hidden": "true" }, h("i"), h("i")), h("span.visually-hidden", null, t("app.loading"))));
  try {
    const [found, known] = await Promise.all([api.model(), store.load()]);
    model = found;
    learn(model);
    drawSearch();
    arrived();
    if (!known) toast({ text: t("app.gone") });
    show(true);
    followFitting(changed);
  } catch (error) {
    put(main, h("h1.visually-hidden", { tabindex: "-1" }, "cineblend"), error.status === 401 ? locked(start) : failed(error, start));
  }
}

/** Another model answers: lists are asked for again in place, what shows the model itself is drawn anew. */
async function changed() {
  model = await api.model();
  learn(model);
  if (shown.path === "/map" || shown.path === "/about") show(true);
  else tell("model");
}

/** Show the view that the address names, then the film over it if it names one. */
function show(anew = false) {
  if (!model) return;
  const { path, query } = place();
  const over = query.get("film");
  query.delete("film");
  const key = query.toString();
  // The panel closes first: while it is open, nothing behind it can have the focus.
  const other = over !== (film?.id ?? null);
  if (other) {
    film?.leave();
    film = null;
  }
  if (anew || path !== shown.path || key !== shown.query) draw(path, query, key, anew);
  if (other && over) film = openFilm(over, { model, onleave: () => (film = null) });
}

function draw(path, query, key, anew) {
  const moved = shown.path !== "" && !anew;
  shown.control.abort();
  const control = new AbortController();
  shown = { path, query: key, control };
  const view = (VIEWS[path] ?? missing)({ model, query, signal: control.signal });
  document.title = view.title === "cineblend" ? "cineblend" : `${view.title} · cineblend`;
  document.body.dataset.view = path.slice(1) || "home";
  markPlace(path);
  const held = main.contains(document.activeElement);
  put(main, view.element);
  view.ready?.();
  if (!moved) {
    if (held) focusHeading();
    return;
  }
  scrollTo({ top: 0, behavior: "instant" });
  focusHeading();
  announce(view.title);
}

function focusHeading() {
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}

addEventListener("hashchange", () => {
  arrived();
  show();
});
hear("place", () => show());
hear("redraw", () => show(true));
hear("catalogue", () => changed().catch(() => {}));
document.querySelector("[data-skip]")?.addEventListener("click", (event) => {
  event.preventDefault();
  const film = main.querySelector(".card-title a, .question h2 a");
  if (film instanceof HTMLElement) film.focus();
  else focusHeading();
});
let who = people.active()?.id ?? null;
hear("people", async () => {
  const now = people.active()?.id ?? null;
  if (now === who) return;
  const first = who === null;
  who = now;
  if (first) return;
  try {
    await store.load();
    show(true);
  } catch (error) {
    put(main, failed(error, start));
  }
});

start();
