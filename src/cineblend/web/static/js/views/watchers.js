/** Who is watching: the people of this browser. One rates; another may watch along. */

import * as api from "../api.js";
import { h, icon, put, uid } from "../dom.js";
import { hear, tell } from "../events.js";
import { t } from "../language.js";
import { toast } from "../components/toast.js";
import * as people from "../people.js";
import * as store from "../store.js";

export function watchers(signal) {
  const box = h("section.panel", { "aria-labelledby": "who" });
  const paint = () => put(box, h("h2.side-title", { id: "who" }, t("people.who")),
    people.everyone().length ? h("ul.people", null, people.everyone().map(row)) : h("p.hint", null, t("people.empty")), add());
  paint();
  hear("people", paint, signal);
  return box;
}

function row(person) {
  const active = people.active()?.id === person.id;
  const along = people.companion()?.id === person.id;
  const name = /** @type {HTMLInputElement} */ (h("input.person-name", { type: "text", value: person.name, maxlength: 30, "aria-label": t("people.nameOf", { name: person.name }), onchange: () => {
    const text = name.value.trim();
    if (text) people.rename(person.id, text);
    else name.value = person.name;
  } }));
  return h(`li.person${active ? ".is-active" : ""}`, null,
    h("span.person-mark", { "aria-hidden": "true" }, person.name.trim().charAt(0).toUpperCase() || "?"),
    name,
    active ? h("span.person-state", null, t("people.active")) : h("div.person-tools", null,
      h("button.button.button-small", { type: "button", "aria-pressed": String(along), onclick: () => people.watchWith(along ? null : person.id) }, along ? [icon("check"), t("people.along")] : t("people.with")),
      h("button.button.button-small", { type: "button", "aria-label": t("people.switchTo", { name: person.name }), onclick: () => people.switchTo(person.id) }, t("people.switch")),
      h("a.icon-button", { href: `#/import?for=${encodeURIComponent(person.id)}`, "aria-label": t("people.importFor", { name: person.name }), "data-tip": t("people.import") }, icon("upload")),
      h("button.icon-button", { type: "button", "aria-label": t("people.removeThis", { name: person.name }), "data-tip": t("people.remove"), onclick: () => {
        people.forget(person.id);
        toast({ text: t("people.removed", { name: person.name }), action: t("note.undo"), onaction: () => people.add(person, false) });
      } }, icon("close"))));
}

/** Add a new person, or one whose private link is known. */
function add() {
  const id = uid("person");
  const name = /** @type {HTMLInputElement} */ (h("input.input", { id, type: "text", maxlength: 300, autocomplete: "off", placeholder: t("people.example") }));
  return h("form.add-person", { onsubmit: async (event) => {
    event.preventDefault();
    const text = name.value.trim();
    if (!text) return name.focus();
    try {
      const known = people.idIn(text);
      const profile = known ? await api.profile(known) : await api.createProfile();
      people.add({ id: profile.profile_id, name: known ? people.nextName() : text.slice(0, 30) }, people.everyone().length === 0);
      if (known && people.active()?.id === known) {
        await store.load();
        tell("redraw");
      }
      if (people.active()?.id !== profile.profile_id) people.watchWith(profile.profile_id);
    } catch (error) {
      toast({ text: t("people.notAdded", { problem: error.message }), kind: "bad" });
    }
  } }, h("label", { for: id }, t(people.everyone().length ? "people.addSomeone" : "people.yourName")), h("div.pair", null, name, h("button.button", { type: "submit" }, icon("plus"), t("people.add"))));
}
