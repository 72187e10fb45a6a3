/** Make elements from values: text becomes a text node, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 * @param {string} tag "div.card.wide": a name and classes
 * @param {Record<string, any>} [props] attributes; "on…" functions are listeners, `style` an object of properties
 * @param {...any} children nodes, texts, arrays of them; null, undefined and false are left out
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.join(" ");
  return fill(element, props, children);
}

/** The same for SVG. @returns {SVGElement} */
export function svg(tag, props, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElementNS(SVG, name);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  return fill(element, props, children);
}

function fill(element, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on") && typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [p, v] of Object.entries(value)) element.style.setProperty(p, v);
    else if (key === "data") Object.assign(element.dataset, value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}

/** Replace everything inside an element. */
export function put(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/** A unique id for label and description links. */
let made = 0;
export const uid = (stem) => `${stem}-${(made += 1)}`;

/** The icon's drawing from the sprite, hidden from screen readers. */
export function icon(name, extra = "") {
  const drawing = svg("svg", { class: `icon ${extra}`.trim(), "aria-hidden": "true", focusable: "false" });
  drawing.append(svg("use", { href: `/static/icons/sprite.svg#${name}` }));
  return drawing;
}

/** Whether the person prefers reduced motion. */
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * A function that waits until it has not been called for `ms`.
 * @template {(...args: any[]) => any} F
 * @param {F} work
 * @param {number} ms
 * @returns {F & {cancel: () => void}}
 */
export function debounce(work, ms) {
  let timer = 0;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), ms);
  };
  later.cancel = () => clearTimeout(timer);
  return /** @type {any} */ (later);
}
