/** A person, keyword, country or language as a link to its films. */

import { KINDS } from "../catalogue.js";
import { h } from "../dom.js";
import { address } from "../router.js";

/** The address of the films that have a value. @param {keyof typeof KINDS} kind */
export const facetAddress = (kind, name) => address("/films", { [KINDS[kind].wanted]: name });

/** @param {keyof typeof KINDS} kind @param {string} name @param {string} [role] of a person: only films with that role */
export const facetLink = (kind, name, role = "") =>
  h("a.facet-link", { href: facetAddress(kind, role ? `${role}:${name}` : name) }, h("bdi", null, name));
