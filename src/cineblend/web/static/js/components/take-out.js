/** One control that saves the films of a list: for Letterboxd, for IMDb, as JSON or text. */

import * as api from "../api.js";
import { h } from "../dom.js";
import { t } from "../language.js";
import { notSaved } from "./toast.js";

/** The end of a file's name, by what is written. */
const FORMS = { letterboxd: ".csv", imdb: ".imdb.csv", text: ".txt", json: ".json" };

/** @param {string} name of the file @param {() => any[]} films those to save */
export function takeOut(name, films) {
  const select = h("select.input.take-out", { "aria-label": t("save.list"), onchange: async () => {
    const form = select.value;
    select.value = "";
    try {
      save(await api.file(films().map((one) => one.item_id), form), `cineblend-${name}${FORMS[form]}`);
    } catch (error) {
      notSaved(error);
    }
  } }, h("option", { value: "" }, t("save.short")), Object.keys(FORMS).map((form) => h("option", { value: form }, t(`save.${form}`))));
  return select;
}

/** Hand a text to the person as a file. */
export function save(text, name, type = "text/plain") {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
