/** Import an export of another site: first a preview, then the import, which can be undone. */

import * as api from "../api.js";
import { h, icon, put, uid } from "../dom.js";
import { tell } from "../events.js";
import { here } from "../format.js";
import { t, woven } from "../language.js";
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
    if (file.size > LARGEST) return put(stage, drop(), failed(new Error(t("import.tooLarge", { file: file.name, n: LARGEST / 2 ** 20 })), null));
    put(stage, h("div.panel.reading", { role: "status" }, h("div.starting-lenses", { "aria-hidden": "true" }, h("i"), h("i")), h("p", null, woven("import.reading", { file: h("strong", null, file.name) }))));
    try {
      const result = await preview(file, new Map(), new Map());
      announce(t("import.looked", { items: t("n.nouns", { n: result.matched.length }), open: result.ambiguous.length, missing: result.not_found.length }));
    } catch (error) {
      if (api.stale(error)) return;
      const wrong = error.status === 422 || error.status === 413;
      if (wrong) error.title = t("import.unreadable");
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
    const said = [added.length && t("import.added", { n: added.length }), already.length && t("import.already", { n: already.length })];
    toast({ text: said.filter(Boolean).join("; "), key: "import" });
    try {
      await preview(file, chosen, doubtful);
    } catch (error) {
      if (!api.stale(error)) put(stage, failed(error, () => look(file)));
    }
  };

  const take = async (file, n, choices, rateLikes) => {
    const id = await profile();
    await api.importFile(id, file, { choices, rateLikes }, signal);
    if (id === people.active()?.id) await store.load();
    toast({ text: t(forName ? "import.doneFor" : "import.done", { n, name: forName }), key: "import", action: t("note.undo"), onaction: () => undo(id) });
    if (forId) people.watchWith(forId);
    location.hash = "#/";
  };

  const undo = async (id) => {
    try {
      await api.undoImport(id);
      if (id === people.active()?.id) await store.load();
      toast({ text: t("import.undone"), key: "import" });
    } catch (error) {
      toast({ text: error.message, key: "import", kind: "bad" });
    }
  };

  const drop = () => {
    const id = uid("file");
    const input = /** @type {HTMLInputElement} */ (h("input.visually-hidden", { id, type: "file", accept: ".csv,.tsv,.txt,.json,.zip,.nfo,text/csv,application/json,application/zip", onchange: () => look(input.files?.[0]) }));
    const zone = h("div.drop", null, icon("upload"), h("p.drop-lead", null, t("import.drop")), input,
      h("label.button.button-primary", { for: id }, t("import.choose")), h("p.hint", null, t("import.preview")),
      (forId ?? people.active()?.id) && h("button.button", { type: "button", onclick: () => undo(forId ?? people.active().id) }, t("import.undoLast")));
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
    title: t("import.title"),
    element: h("div.page.page-narrow", null,
      h("header.page-head", null, h("div", null, h("h1", null, forName ? t("import.headingFor", { name: forName }) : t("import.heading")), h("p.lede", null, t("import.lede", { here })))),
      stage,
      h("section.ways", { "aria-label": t("import.where") },
        way("Letterboxd", woven("import.letterboxd", { data: h("strong", null, t("import.letterboxdData")), export: h("strong", null, t("import.letterboxdExport")) })),
        way("IMDb", woven("import.imdb", { export: h("strong", null, t("import.export")) })),
        way("Trakt, Simkl, TMDB", t("import.others")),
        way("MovieLens", woven("import.movielens", { export: h("strong", null, t("import.movielensExport")), file: h("code", null, "movielens-ratings.csv") })),
        way("Jellyfin, Plex, Kodi", t("import.collection")),
        way(t("import.table"), t("import.tableText")),
        way("cineblend", woven("import.own", { export: h("strong", null, t("you.export")), file: h("code", null, "cineblend-my-data.json") })))),
  };
}

const way = (name, text) => h("div.way", null, h("h2", null, name), h("p", null, text));
