/** You: who is watching, your ratings, what you hid, and your data. */

import * as api from "../api.js";
import { h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { day, here, many, named, title } from "../format.js";
import { sure } from "../components/dialog.js";
import { toast } from "../components/toast.js";
import * as people from "../people.js";
import * as store from "../store.js";
import { myRatings } from "./my-ratings.js";
import { watchers } from "./watchers.js";

export function you({ model, signal }) {
  const hidden = h("section");
  const paintHidden = () => {
    const items = store.listedItems("hidden");
    hidden.hidden = !items.length;
    put(hidden, h("div.section-head", null, h("h2", null, "Not interested"), h("span.section-note", null, many(items.length, "film"))),
      h("ul.chips", null, items.map((item) => h("li", null, h("button.chip", { type: "button", "aria-label": `Show ${named(item)} again`, onclick: () => store.setListed("hidden", item, false).catch((error) => toast({ text: `Not saved: ${error.message}`, kind: "bad" })) }, title(item), icon("close"))))));
  };
  paintHidden();
  hear("lists", paintHidden, signal);
  const owned = h("section");
  const paintOwned = () => {
    const n = store.listedItems("owned").length;
    owned.hidden = !n;
    put(owned, h("div.section-head", null, h("h2", null, "What you own"), h("span.section-note", null, many(n, "film"))),
      h("button.button", { type: "button", onclick: () => forgetOwned().catch((error) => toast({ text: `Not saved: ${error.message}`, kind: "bad" })) }, icon("trash"), "Forget my library"));
  };
  paintOwned();
  hear("lists", paintOwned, signal);
  return {
    title: "You",
    element: h("div.page", null, h("header.page-head", null, h("div", null, h("h1", null, people.active()?.name === "You" || !people.active() ? "You" : people.active()?.name), h("p.lede", null, "Who is watching, your ratings, and all data stored about you."))),
      h("div.you", null, h("div.you-side", null, watchers(signal), doors(), mine()), h("div.you-main", null, myRatings(signal), owned, hidden)),
      aboutData(model)),
  };
}

async function forgetOwned() {
  await store.forgetOwned();
  toast({ text: "Your library is forgotten." });
}

const doors = () => h("nav.panel.doors", { "aria-label": "More" },
  door("#/import", "upload", "Import", "Letterboxd, IMDb, Trakt and others"),
  door("#/taste", "person", "Your taste", "A picture to show a friend"),
  door("#/about", "why", "How good is this?", "The comparison, in plain words"),
  door("#/films", "reel", "All films", "The whole catalogue"));

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
      toast({ text: `Not exported: ${error.message}`, kind: "bad" });
    }
  };
  const erase = async () => {
    if (!(await sure({ title: "Delete everything?", text: `This erases ${many(store.nRated(), "rating")}, your watchlist, and your owned and hidden films from the server. It cannot be undone. You can export them first.`, yes: "Delete my data" }))) return;
    try {
      await store.settled();
      await api.deleteProfile(person.id);
      people.forget(person.id);
      await store.load();
      toast({ text: "Your data is deleted." });
      location.hash = "#/";
    } catch (error) {
      toast({ text: `Not deleted: ${error.message}`, kind: "bad" });
    }
  };
  return h("section.panel", { "aria-labelledby": "mydata" }, h("h2.side-title", { id: "mydata" }, "My data"),
    h("p.hint", null, `Stored on ${here}, under a number that only this browser knows.`),
    elsewhere(person.id),
    h("div.row", null, h("button.button", { type: "button", onclick: save }, icon("download"), "Export"), h("button.button.button-danger-quiet", { type: "button", onclick: erase }, icon("trash"), "Delete")));
}

/** The private link, for another browser. */
function elsewhere(id) {
  const box = uid("link");
  const link = /** @type {HTMLInputElement} */ (h("input.input", { id: box, type: "text", readonly: true, value: people.privateLink(id), onfocus: () => link.select() }));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.value);
      toast({ text: "The private link is copied." });
    } catch {
      link.focus();
    }
  };
  const code = h("div.qr");
  const scan = async () => {
    try {
      const drawn = await api.qr(id, location.origin + location.pathname);
      put(code, h("img", { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn)}`, alt: "QR code of the private link", width: 200, height: 200 }));
    } catch (error) {
      toast({ text: `No QR code: ${error.message}`, kind: "bad" });
    }
  };
  return h("div.field", null, h("label", { for: box }, "Private link, for another device"),
    h("div.pair", null, link, h("button.button", { type: "button", onclick: copy }, "Copy"), h("button.button", { type: "button", onclick: scan }, "QR code")),
    code,
    h("p.hint", null, "Whoever has it can read and change your ratings."));
}

function aboutData(model) {
  const data = model.data ?? {};
  return h("footer.colophon", null,
    model.years.to && h("p", null, `Films up to ${model.years.to}. Later ones are not in the data.`),
    h("p", null, [model.title, ` · fitted ${day(model.fitted_at) || "some time ago"} on ${data.name || "its data"} · version `, h("code", null, String(model.model_version ?? "").slice(0, 8))]),
    data.citation && h("p", null, data.citation), data.licence && h("p", null, data.licence));
}
