/** German: all strings of the page, and the forms of the noun for what a catalogue holds. */

import { about } from "./about.js";
import { common } from "./common.js";
import { item } from "./item.js";
import { lists } from "./lists.js";
import { deeds, forms, genres, roles } from "./nouns.js";
import { yours } from "./yours.js";

export const de = Object.freeze({
  name: "Deutsch",
  locale: "de-DE",
  strings: Object.freeze({ ...common, ...lists, ...item, ...yours, ...about }),
  names: { genres, roles, deeds },
  within: (noun) => noun,
  forms,
});
