/** Events between modules: "ratings", "lists", "people", "mix", "understood", "model". */

const bus = new EventTarget();

/** @param {string} name @param {any} [detail] */
export const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

/**
 * Listen until the signal aborts (a view passes its own, so that leaving it ends its listening).
 * @param {string} name @param {(detail: any) => void} work @param {AbortSignal} [signal]
 */
export const hear = (name, work, signal) => bus.addEventListener(name, (event) => work(/** @type {CustomEvent} */ (event).detail), { signal });
