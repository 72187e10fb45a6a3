/** Who is watching: the people of this browser. One rates; another may watch along. */

import * as api from "../api.js";
import { h, icon, put, uid } from "../dom.js";
import { hear, tell } from "../events.js";
import { toast } from "../components/toast.js";
import * as people from "../people.js";
import * as store from "../store.js";

export function watchers(signal) {
  const box = h("section.panel", { "aria-labelledby": "who" });
  const paint = () => put(box, h("h2.side-title", { id: "who" }, "Who is watching?"),
    people.everyone().length ? h("ul.people", null, people.everyone().map(row)) : h("p.hint", null, "You appear here after your first rating."), add());
  paint();
  hear("people", paint, signal);
  return box;
}

function row(person) {
  const active = people.active()?.id === person.id;
  const along = people.companion()?.id === person.id;
  const name = /** @type {HTMLInputElement} */ (h("input.person-name", { type: "text", value: person.name, maxlength: 30, "aria-label": `Name of ${person.name}`, onchange: () => {
    const text = name.value.trim();
    if (text) people.rename(person.id, text);
    else name.value = person.name;
  } }));
  return h(`li.person${active ? ".is-active" : ""}`, null,
    h("span.person-mark", { "aria-hidden": "true" }, person.name.trim().charAt(0).toUpperCase() || "?"),
    name,
    active ? h("span.person-state", null, "rates now") : h("div.person-tools", null,
      h("button.button.button-small", { type: "button", "aria-pressed": String(along), onclick: () => people.watchWith(along ? null : person.id) }, along ? [icon("check"), "Watches along"] : "Watch with"),
      h("button.button.button-small", { type: "button", "aria-label": `Switch to ${person.name}`, onclick: () => people.switchTo(person.id) }, "Switch"),
      h("a.icon-button", { href: `#/import?for=${encodeURIComponent(person.id)}`, "aria-label": `Import ratings for ${person.name}`, "data-tip": "Import their ratings" }, icon("upload")),
      h("button.icon-button", { type: "button", "aria-label": `Remove ${person.name} from this browser`, "data-tip": "Remove from this browser", onclick: () => {
        people.forget(person.id);
        toast({ text: `${person.name} is removed from this browser. The ratings are still on the server.`, action: "Undo", onaction: () => people.add(person, false) });
      } }, icon("close"))));
}

/** Add a new person, or one whose private link is known. */
function add() {
  const id = uid("person");
  const name = /** @type {HTMLInputElement} */ (h("input.input", { id, type: "text", maxlength: 300, autocomplete: "off", placeholder: "A name, or a private link" }));
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
      toast({ text: `Not added: ${error.message}`, kind: "bad" });
    }
  } }, h("label", { for: id }, people.everyone().length ? "Add someone" : "Your name"), h("div.pair", null, name, h("button.button", { type: "submit" }, icon("plus"), "Add")));
}
