/** The mixer: the blend of the list, and its filters; on a phone a sheet that a button opens. */

import { debounce, h, icon, put, uid } from "../dom.js";
import { hear } from "../events.js";
import { sheet } from "../components/sheet.js";
import { t } from "../language.js";
import { slider } from "../components/slider.js";
import { understood } from "../components/understood.js";
import * as mix from "../mix.js";
import * as people from "../people.js";
import { filters } from "./filters.js";

const much = (v) => t(v === 0 ? "mixer.off" : v < 0.34 ? "mixer.little" : v > 0.66 ? "mixer.lot" : "mixer.some");

export function mixer({ model, signal }) {
  const now = mix.now();
  const blend = slider({
    label: t("mixer.blend"), low: t("mixer.people"), high: t("mixer.items"), kind: "slider-blend", value: now.text_weight,
    disabled: !model.has_words, hint: model.has_words ? "" : t("mixer.noTexts"),
    say: (v) => t(v === 0 ? "mixer.peopleOnly" : v === 1 ? "mixer.itemsOnly" : v < 0.34 ? "mixer.mostlyPeople" : v > 0.66 ? "mixer.mostlyItems" : "mixer.half"),
    onchange: (text_weight) => mix.change({ text_weight }),
  });
  const diversity = slider({
    label: t("mixer.variety"), low: t("mixer.same"), high: t("mixer.surprise"), value: now.diversity, say: much,
    onchange: (value) => mix.change({ diversity: value }),
  });
  const calibration = slider({
    label: t("mixer.popularity"), low: t("mixer.asItComes"), high: t("mixer.asRated"), value: now.calibration, say: much,
    hint: t("mixer.popularityHint"),
    onchange: (value) => mix.change({ calibration: value }),
  });
  const fresh = slider({
    label: t("mixer.fresh"), low: t("mixer.asItComes"), high: t("mixer.onlyNew"), value: now.new_share ?? 0,
    say: (v) => (v === 0 ? t("mixer.asItComes") : v === 1 ? t("mixer.onlyNew") : t("mixer.share", { n: Math.round(v * 100) })),
    hint: t("mixer.freshHint"),
    onchange: (value) => mix.change({ new_share: value || null }),
  });
  const badge = h("span.badge", { hidden: true });
  const clear = h("button.button.button-quiet", { type: "button", onclick: () => mix.change({ ...mix.START }) }, icon("again"), t("mixer.startAgain"));
  const paint = () => {
    const n = mix.nFilters();
    badge.hidden = !n;
    put(badge, String(n), h("span.visually-hidden", null, t("mixer.nFilters", { n })));
    clear.hidden = JSON.stringify(mix.now()) === JSON.stringify({ ...mix.START });
    blend.set(mix.now().text_weight);
    diversity.set(mix.now().diversity);
    calibration.set(mix.now().calibration);
    fresh.set(mix.now().new_share ?? 0);
  };
  hear("mix", paint, signal);
  hear("lists", paint, signal);
  const wide = matchMedia("(min-width: 64rem)");
  const alone = people.everyone().length < 2;
  const inside = h("div.fold-body", null, alone && together(signal), filters({ model, signal }), diversity, calibration, model.n_unrated > 0 && fresh, clear);
  const summary = h("summary", null, icon("sliders"), t("mixer.fold"));
  const fold = h("details.fold", { open: wide.matches }, summary, inside);
  wide.addEventListener("change", () => {
    fold.open = wide.matches;
  }, { signal });
  const first = h("div.mixer-first", null, blend, words({ signal }), alone ? null : together(signal));
  const all = h("div.mixer-all");
  const box = sheet({ title: t("mixer.name"), body: all, signal });
  const opener = h("button.button.mixer-open", { type: "button", "aria-haspopup": "dialog", onclick: () => {
    opener.focus({ preventScroll: true }); // Safari does not focus a pressed button, and focus goes back to it.
    box.open();
  } }, icon("sliders"), t("mixer.name"));
  const element = h("aside.mixer", { "aria-label": t("mixer.name") });
  // On a phone the films come first, so the mixer waits in a sheet.
  const phone = matchMedia("(max-width: 47.99rem)");
  const lay = () => {
    box.close();
    put(all, phone.matches && [first, inside]);
    if (!phone.matches) fold.append(inside);
    (phone.matches ? opener : summary).append(badge);
    put(element, phone.matches ? opener : [first, fold]);
  };
  phone.addEventListener("change", lay, { signal });
  lay();
  paint();
  return element;
}

function words({ signal }) {
  const id = uid("words");
  const input = /** @type {HTMLInputElement} */ (h("input.input", {
    id, type: "text", maxlength: 300, value: mix.now().text, autocomplete: "off",
    placeholder: t("mixer.wordsExample"), "aria-describedby": `${id}-hint`,
  }));
  const soon = debounce(() => mix.change({ text: input.value.trim() }), 320);
  input.addEventListener("input", soon);
  input.addEventListener("change", () => {
    soon.cancel();
    if (input.value.trim() !== mix.now().text) mix.change({ text: input.value.trim() });
  });
  hear("mix", () => {
    if (document.activeElement !== input) input.value = mix.now().text;
  }, signal);
  const chips = understood((text) => {
    soon.cancel();
    input.value = text;
    input.focus();
    mix.change({ text });
  });
  hear("understood", (found) => chips.show(found, mix.now().text), signal);
  return h("div.field", null, h("label", { for: id }, t("mixer.words")), h("div.input-with-icon", null, icon("words"), input), chips,
    h("p.hint", { id: `${id}-hint` }, t("mixer.wordsHint")));
}

/** Choose who watches along. */
function together(signal) {
  const box = h("div.field");
  const paint = () => {
    const others = people.everyone().filter((p) => p.id !== people.active()?.id);
    const id = uid("with");
    put(box, h("label", { for: id }, t("with.label")),
      h("div.input-with-icon", null, icon("two"), h("select.input", { id, onchange: (event) => {
        if (event.target.value === "+") location.hash = "#/you";
        else {
          people.watchWith(event.target.value);
          mix.change({});
        }
      } }, h("option", { value: "" }, t("with.alone")),
        others.map((p) => h("option", { value: p.id, selected: p.id === people.companion()?.id }, p.name)),
        h("option", { value: "+" }, t("with.add")))));
  };
  paint();
  hear("people", paint, signal);
  return box;
}
