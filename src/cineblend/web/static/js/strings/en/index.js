/** English: all strings of the page, and the forms of the noun for what a catalogue holds. */

import { about } from "./about.js";
import { common } from "./common.js";
import { item } from "./item.js";
import { lists } from "./lists.js";
import { yours } from "./yours.js";

export const en = Object.freeze({
  name: "English",
  locale: "en-GB",
  strings: Object.freeze({ ...common, ...lists, ...item, ...yours, ...about }),
  /** Names in the data that English says otherwise than the data: none. */
  names: { genres: {}, roles: {}, deeds: {} },
  within: (noun) => noun.toLowerCase(),
  forms: (noun, nouns) => ({ noun, nouns, aNoun: `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}` }),
});
