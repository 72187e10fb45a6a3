/** Moves the window over the map: drag, wheel, pinch, keys. */

const KEYS = { ArrowLeft: [70, 0], ArrowRight: [-70, 0], ArrowUp: [0, 70], ArrowDown: [0, -70] };

/**
 * @param {HTMLElement} pad what is touched @param {import("./scene.js").Scene} scene
 * @param {{moved: () => void, hover: (x: number, y: number) => void, leave: () => void, press: (x: number, y: number) => void,
 *   enter: () => void, zoom: (factor: number) => void, fit: () => void}} on
 */
export function controls(pad, scene, on, signal) {
  /** @type {Map<number, {x: number, y: number}>} */
  const down = new Map();
  let travelled = 0;
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const listen = (name, work, options = {}) => pad.addEventListener(name, work, { signal, ...options });

  listen("pointerdown", (event) => {
    if (event.button !== 0) return;
    pad.setPointerCapture(event.pointerId);
    down.set(event.pointerId, at(event));
    if (down.size === 1) travelled = 0;
  });
  listen("pointermove", (event) => {
    const now = at(event);
    const before = down.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") on.hover(now.x, now.y);
      return;
    }
    if (down.size === 1) scene.pan(now.x - before.x, now.y - before.y);
    else pinch(event.pointerId, before, now);
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    down.set(event.pointerId, now);
    pad.classList.add("is-dragged");
    on.moved();
  });
  const pinch = (id, before, now) => {
    const other = [...down].find(([key]) => key !== id)?.[1];
    if (!other) return;
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(now.x - other.x, now.y - other.y);
    scene.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    if (was > 0) scene.zoomAt(is / was, (now.x + other.x) / 2, (now.y + other.y) / 2);
  };
  const up = (event) => {
    const known = down.delete(event.pointerId);
    if (down.size) return;
    pad.classList.remove("is-dragged");
    if (known && event.type === "pointerup" && travelled < 6) {
      const { x, y } = at(event);
      on.press(x, y);
    }
  };
  listen("pointerup", up);
  listen("pointercancel", up);
  listen("pointerleave", () => on.leave());
  listen("wheel", (event) => {
    event.preventDefault();
    const { x, y } = at(event);
    scene.zoomAt(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), x, y);
    on.moved();
  }, { passive: false });
  listen("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = KEYS[event.key];
    if (step) {
      scene.pan(...step);
      on.moved();
    } else if (event.key === "+" || event.key === "=") on.zoom(1.5);
    else if (event.key === "-") on.zoom(1 / 1.5);
    else if (event.key === "0") on.fit();
    else if (event.key === "Enter" || event.key === " ") on.enter();
    else return;
    event.preventDefault();
  });
}
