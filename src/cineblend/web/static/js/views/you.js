/** You: who is watching, your ratings, what you hid, and your data. */

import * as api from "../api.js";
import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { here, named, title } from "../format.js";
import { day, t, woven } from "../language.js";
import { sure } from "../components/dialog.js";
import { notSaved, toast } from "../components/toast.js";
import * as people from "../people.js";
import * as store from "../store.js";
import { myRatings } from "./my-ratings.js";
import { watchers } from "./watchers.js";

export function you({ model, signal }) {
  const hidden = h("section");
  const paintHidden = () => {
    const items = store.listedItems("hidden");
    hidden.hidden = !items.length;
    put(hidden, h("div.section-head", null, h("h2", null, t("card.hide")), h("span.section-note", null, t("n.nouns", { n: items.length }))),
      h("ul.chips", null, items.map((item) => h("li", null, h("button.chip", { type: "button", "aria-label": t("you.showAgain", { title: named(item) }), onclick: () => store.setListed("hidden", item, false).catch(notSaved) }, title(item), icon("close"))))));
  };
  paintHidden();
  hear("lists", paintHidden, signal);
  const owned = h("section");
  const paintOwned = () => {
    const n = store.listedItems("owned").length;
    owned.hidden = !n;
    put(owned, h("div.section-head", null, h("h2", null, t("you.owned")), h("span.section-note", null, t("n.nouns", { n }))),
      h("button.button", { type: "button", onclick: () => forgetOwned().catch(notSaved) }, icon("trash"), t("you.forgetOwned")));
  };
  paintOwned();
  hear("lists", paintOwned, signal);
  return {
    title: t("nav.you"),
    element: h("div.page", null, h("header.page-head", null, h("div", null, h("h1", null, people.active()?.name ?? t("people.you")), h("p.lede", null, t("you.lede")))),
      h("div.you", null, h("div.you-side", null, watchers(signal), doors(), mine()), h("div.you-main", null, myRatings(signal), owned, hidden)),
      aboutData(model)),
  };
}

async function forgetOwned() {
  await store.forgetOwned();
  toast({ text: t("you.ownedForgotten") });
}

const doors = () => h("nav.panel.doors", { "aria-label": t("you.more") },
  door("#/import", "upload", t("you.import"), t("you.importText")),
  door("#/taste", "person", t("taste.title"), t("you.tasteText")),
  door("#/about", "why", t("about.title"), t("you.aboutText")),
  door("#/films", "reel", t("films.all"), t("you.filmsText")));

const door = (href, name, lead, text) => h("a.door", { href }, icon(name), h("span", null, h("strong", null, lead), h("small", null, text)), icon("next"));

/** Export and delete. */
function mine() {
  const person = people.active();
  if (!person) return null;
  const save = async () => {
    try {
      await store.settled();
      const data = await api.exportProfile(person.id);
      const link = h("a", { href: URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" })), download: "cineblend-my-data.json" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    } catch (error) {
      toast({ text: t("you.notExported", { problem: error.message }), kind: "bad" });
    }
  };
  const erase = async () => {
    if (!(await sure({ title: t("you.deleteAsk"), text: t("you.deleteText", { ratings: t("n.ratings", { n: store.nRated() }) }), yes: t("you.deleteYes") }))) return;
    try {
      await store.settled();
      await api.deleteProfile(person.id);
      people.forget(person.id);
      await store.load();
      toast({ text: t("you.deleted") });
      location.hash = "#/";
    } catch (error) {
      toast({ text: t("you.notDeleted", { problem: error.message }), kind: "bad" });
    }
  };
  return h("section.panel", { "aria-labelledby": "mydata" }, h("h2.side-title", { id: "mydata" }, t("you.data")),
    h("p.hint", null, t("you.stored", { here })),
    elsewhere(person.id),
    h("div.row", null, h("button.button", { type: "button", onclick: save }, icon("download"), t("you.export")), h("button.button.button-danger-quiet", { type: "button", onclick: erase }, icon("trash"), t("you.delete"))));
}

/** The private link, for another browser. */
function elsewhere(id) {
  const box = uid("link");
  const link = /** @type {HTMLInputElement} */ (h("input.input", { id: box, type: "text", readonly: true, value: people.privateLink(id), onfocus: () => link.select() }));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.value);
      toast({ text: t("you.copied") });
    } catch {
      link.focus();
    }
  };
  const code = h("div.qr");
  const scan = async () => {
    try {
      const drawn = await api.qr(id, location.origin + location.pathname);
      put(code, h("img", { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn)}`, alt: t("you.qrOf"), width: 200, height: 200 }));
    } catch (error) {
      toast({ text: t("you.noQr", { problem: error.message }), kind: "bad" });
    }
  };
  return h("div.field", null, h("label", { for: box }, t("you.link")),
    h("div.pair", null, link, h("button.button", { type: "button", onclick: copy }, t("you.copy")), h("button.button", { type: "button", onclick: scan }, t("you.qr"))),
    code,
    h("p.hint", null, t("you.linkHint")));
}

function aboutData(model) {
  const data = model.data ?? {};
  return h("footer.colophon", null,
    model.years.to && h("p", null, t("you.upTo", { year: String(model.years.to) })),
    h("p", null, woven("you.model", { model: model.title, day: day(model.fitted_at) || t("you.someTime"), data: data.name || t("you.itsData"), version: h("code", null, String(model.model_version ?? "").slice(0, 8)) })),
    data.citation && h("p", null, data.citation), data.licence && h("p", null, data.licence));
}
