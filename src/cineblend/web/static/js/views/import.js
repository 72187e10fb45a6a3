/** Import an export of another site: first a preview, then the import, which can be undone. */

import * as api from "../api.js";
import { h, icon, put, uid } from "../dom.js";
import { tell } from "../events.js";
import { count, here, many } from "../format.js";
import { announce } from "../announce.js";
import { failed } from "../components/states.js";
import { toast } from "../components/toast.js";
import * as people from "../people.js";
import * as store from "../store.js";
import { found, written } from "./import-found.js";

const LARGEST = 16 * 2 ** 20;

export function importing({ model, query, signal }) {
  const forId = people.everyone().find((p) => p.id === query.get("for"))?.id ?? null;
  const forName = people.everyone().find((p) => p.id === forId)?.name;
  const stage = h("div.stage");
  const profile = async () => forId ?? store.profileId();

  const look = async (file) => {
    if (!file) return;
    if (file.size > LARGEST) return put(stage, drop(), failed(new Error(`${file.name} is larger than 16 MB, so it is no ratings export. Choose ratings.csv from it.`), null));
    put(stage, h("div.panel.reading", { role: "status" }, h("div.starting-lenses", { "aria-hidden": "true" }, h("i"), h("i")), h("p", null, "Reading ", h("strong", null, file.name), " …")));
    try {
      const result = await preview(file, new Map(), new Map());
      announce(`${many(result.matched.length, "film")} matched, ${result.ambiguous.length} to choose, ${result.not_found.length} not found`);
    } catch (error) {
      if (api.stale(error)) return;
      const wrong = error.status === 422 || error.status === 413;
      if (wrong) error.title = "This file cannot be read";
      put(stage, drop(), failed(error, wrong ? null : () => look(file)));
    }
  };

  /** @param {Map<string, any>} chosen rows to films @param {Map<string, any[]>} doubtful rows that were not added, to the films they may be */
  const preview = async (file, chosen, doubtful) => {
    const result = await api.importFile(await profile(), file, { dryRun: true }, signal);
    const onadd = model.can_add_items ? (rows) => add(file, rows, chosen, doubtful) : null;
    put(stage, found(result, file.name, { chosen, doubtful, onadd, onback: () => put(stage, drop()), ontake: (...how) => take(file, ...how) }));
    stage.querySelector("h2")?.focus({ preventScroll: true });
    return result;
  };

  const add = async (file, rows, chosen, doubtful) => {
    const { added, already } = await api.addItems(rows.map(({ title, year }) => ({ title, year })), signal);
    const given = new Map(rows.map((row) => [written(row), row]));
    for (const { title, year, items } of already) {
      const row = given.get(written({ title, year }));
      if (row) doubtful.set(written(row), items);
    }
    if (added.length) tell("catalogue");
    await preview(file, chosen, doubtful);
    const said = [added.length && `${many(added.length, "film")} added`, already.length && `${count(already.length)} may be there already`];
    toast({ text: said.filter(Boolean).join("; "), key: "import" });
  };

  const take = async (file, n, choices, rateLikes) => {
    const id = await profile();
    await api.importFile(id, file, { choices, rateLikes }, signal);
    if (id === people.active()?.id) await store.load();
    toast({ text: `${many(n, "film")} imported${forName ? ` for ${forName}` : ""}`, key: "import", action: "Undo", onaction: () => undo(id) });
    if (forId) people.watchWith(forId);
    location.hash = "#/";
  };

  const undo = async (id) => {
    try {
      await api.undoImport(id);
      if (id === people.active()?.id) await store.load();
      toast({ text: "The import is undone", key: "import" });
    } catch (error) {
      toast({ text: error.message, key: "import", kind: "bad" });
    }
  };

  const drop = () => {
    const id = uid("file");
    const input = /** @type {HTMLInputElement} */ (h("input.visually-hidden", { id, type: "file", accept: ".csv,.tsv,.txt,.json,.zip,.nfo,text/csv,application/json,application/zip", onchange: () => look(input.files?.[0]) }));
    const zone = h("div.drop", null, icon("upload"), h("p.drop-lead", null, "Drop your ratings here"), input,
      h("label.button.button-primary", { for: id }, "Choose a file"), h("p.hint", null, "You see the matches before anything is imported."),
      (forId ?? people.active()?.id) && h("button.button", { type: "button", onclick: () => undo(forId ?? people.active().id) }, "Undo the last import"));
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    });
    zone.addEventListener("dragleave", (event) => !zone.contains(event.relatedTarget) && zone.classList.remove("is-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("is-over");
      look(event.dataTransfer?.files[0]);
    });
    return zone;
  };

  put(stage, drop());
  return {
    title: "Import",
    element: h("div.page.page-narrow", null,
      h("header.page-head", null, h("div", null, h("h1", null, forName ? `Bring ${forName}'s ratings` : "Bring your ratings"), h("p.lede", null, `From the service you use now. The file is read on ${here} and goes nowhere else.`))),
      stage,
      h("section.ways", { "aria-label": "Where to find the file" },
        way("Letterboxd", ["Settings, then ", h("strong", null, "Data"), ", then ", h("strong", null, "Export your data"), ". Bring the zip as it is: ratings, films watched, watchlist and likes come with it."]),
        way("IMDb", ["Your ratings or watchlist, the three dots, ", h("strong", null, "Export"), ". Ten points become five stars; series are left out."]),
        way("Trakt, Simkl, TMDB", ["Bring the exported zip, JSON or CSV. Criticker, FilmAffinity and Netflix's viewing history work too."]),
        way("MovieLens", ["Your account, ", h("strong", null, "Export ratings"), ", and bring ", h("code", null, "movielens-ratings.csv"), "."]),
        way("Jellyfin, Plex, Kodi", ["The films you own: Jellyfin's or Plex' list as JSON, or a zip of .nfo files. Then lists can keep to them."]),
        way("Any table", ["A title and a year, or a number at IMDb or TMDB, and a rating: as CSV from any spreadsheet."]),
        way("cineblend", ["You, ", h("strong", null, "Export"), ", and bring ", h("code", null, "cineblend-my-data.json"), ". Ratings, watchlist, owned and hidden films come with it."]))),
  };
}

const way = (name, text) => h("div.way", null, h("h2", null, name), h("p", null, text));
