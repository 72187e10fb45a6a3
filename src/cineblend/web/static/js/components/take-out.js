/** One control that saves the films of a list: for Letterboxd, for IMDb, as JSON or text. */

import * as api from "../api.js";
import { h } from "../dom.js";
import { toast } from "./toast.js";

const FORMS = {
  letterboxd: ["For Letterboxd (CSV)", ".csv"], imdb: ["For IMDb (CSV)", ".imdb.csv"], text: ["Text to share", ".txt"], json: ["JSON", ".json"],
};

/** @param {string} name of the file @param {() => any[]} films those to save */
export function takeOut(name, films) {
  const select = h("select.input.take-out", { "aria-label": "Save this list", onchange: async () => {
    const form = select.value;
    select.value = "";
    try {
      save(await api.file(films().map((one) => one.item_id), form), `cineblend-${name}${FORMS[form][1]}`);
    } catch (error) {
      toast({ text: `Not saved: ${error.message}`, kind: "bad" });
    }
  } }, h("option", { value: "" }, "Save list"), Object.entries(FORMS).map(([form, [label]]) => h("option", { value: form }, label)));
  return select;
}

/** Hand a text to the person as a file. */
export function save(text, name, type = "text/plain") {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
