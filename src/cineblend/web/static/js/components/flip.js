/** A keyed list whose elements slide to their new places when the order changes. */

import { still } from "../dom.js";

/**
 * @param {HTMLElement} list
 * @param {any[]} entries in the new order
 * @param {{key: (entry: any) => string, make: (entry: any) => HTMLElement, update: (element: HTMLElement, entry: any) => void}} how
 * @returns {number} how many elements were kept
 */
export function reorder(list, entries, { key, make, update }) {
  const old = new Map();
  for (const element of [...list.children]) {
    if (element.dataset.key) old.set(element.dataset.key, { element, box: element.getBoundingClientRect() });
    else element.remove();
  }
  const calm = still() || !old.size;
  const fresh = [];
  let kept = 0;
  const wanted = entries.map((entry) => {
    const name = key(entry);
    const known = old.get(name);
    if (known) {
      old.delete(name);
      kept += 1;
      update(known.element, entry);
      return { element: known.element, box: known.box };
    }
    const element = make(entry);
    element.dataset.key = name;
    fresh.push(element);
    return { element, box: null };
  });
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const lost = focused && [...old.values()].find(({ element }) => element.contains(focused));
  const lostAt = lost ? [...list.children].indexOf(lost.element) : -1;
  for (const { element } of old.values()) element.remove();
  place(list, wanted.map(({ element }) => element));
  if (lostAt >= 0) heir(list, lostAt, focused);
  else if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  if (!calm) glide(wanted, fresh);
  return kept;
}

/** Move as few elements as possible, so that a focused one stays in the page. */
function place(list, elements) {
  let at = list.firstElementChild;
  for (const element of elements) {
    if (element === at) at = at.nextElementSibling;
    else list.insertBefore(element, at);
  }
}

/** When a focused card leaves, focus the same control of the card now in its place. */
function heir(list, at, focused) {
  const next = list.children[Math.min(at, list.children.length - 1)];
  const role = focused.dataset.part;
  const target = (role && next?.querySelector(`[data-part="${role}"]`)) ?? next?.querySelector("a, button, [tabindex]");
  target?.focus({ preventScroll: true });
}

function glide(wanted, fresh) {
  for (const { element, box } of wanted) {
    if (!box) continue;
    const now = element.getBoundingClientRect();
    const dx = box.left - now.left;
    const dy = box.top - now.top;
    if (dx || dy) element.animate([{ transform: `translate(${dx}px, ${dy}px)` }, { transform: "none" }], { duration: 420, easing: "cubic-bezier(.2,.8,.2,1)" });
  }
  fresh.forEach((element, n) => element.animate([{ opacity: 0, transform: "translateY(12px) scale(.98)" }, { opacity: 1, transform: "none" }], { duration: 320, delay: Math.min(n, 8) * 30, easing: "ease-out", fill: "backwards" }));
}
