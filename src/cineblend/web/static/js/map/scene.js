/** The films as points, the most rated first, and the window over them. */

import { family } from "./genres.js";

const CELLS = 64;
const DEEPEST = 60;

/** @typedef {{id: any, x: number, y: number, title: string, year: number|null, n: number, family: number, radius: number}} Point */

/** @param {any} answer the service's map: columns of one length @returns {Point[]} */
export function points(answer) {
  const all = [];
  answer.item_id.forEach((id, k) => {
    const [x, y] = [answer.x[k], answer.y[k]];
    if (typeof x !== "number" || typeof y !== "number" || !Number.isFinite(x) || !Number.isFinite(y)) return;
    const n = answer.n_ratings[k] ?? 0;
    all.push({ id, x, y, title: answer.title[k], year: answer.year[k] ?? null, n, family: family(answer.genre[k]), radius: 1.3 + Math.sqrt(n) * 0.28 });
  });
  all.sort((a, b) => b.n - a.n);
  return all;
}

/**
 * A window over the unit square: `scale` pixels a unit down and `scale * wide` across, since neither axis means
 * anything and a window is rarely square; the square's origin lies at (left, top) pixels.
 */
export class Scene {
  /** @param {Point[]} all */
  constructor(all) {
    this.points = all;
    this.cells = new Map();
    all.forEach((point, k) => {
      const cell = this.cell(point.x, point.y);
      const here = this.cells.get(cell);
      if (here) here.push(k);
      else this.cells.set(cell, [k]);
    });
    this.width = this.height = 1;
    this.fitted = this.scale = this.wide = 1;
    this.left = this.top = 0;
  }

  cell = (x, y) => Math.floor(x * CELLS) * 1000 + Math.floor(y * CELLS);
  px = (point) => point.x * this.scale * this.wide + this.left;
  py = (point) => point.y * this.scale + this.top;

  /** Zoom level: 1 shows everything. */
  get zoom() {
    return this.scale / this.fitted;
  }

  resize(width, height) {
    const { x, y } = this.centre;
    const before = this.width > 1 ? [x, y, this.zoom] : [0.5, 0.5, 1];
    this.width = width;
    this.height = height;
    this.wide = Math.min(1.5, Math.max(0.75, width / height));
    this.fitted = Math.min(width / this.wide, height) * 0.94;
    this.look(...before);
  }

  /** Centre the window on a point of the square. */
  look(x, y, zoom = this.zoom) {
    this.scale = this.fitted * Math.min(DEEPEST, Math.max(0.8, zoom));
    this.left = this.width / 2 - x * this.scale * this.wide;
    this.top = this.height / 2 - y * this.scale;
    this.hold();
  }

  pan(dx, dy) {
    this.left += dx;
    this.top += dy;
    this.hold();
  }

  /** Zoom by a factor about a pixel. */
  zoomAt(factor, px, py) {
    const x = (px - this.left) / (this.scale * this.wide);
    const y = (py - this.top) / this.scale;
    this.scale = this.fitted * Math.min(DEEPEST, Math.max(0.8, this.zoom * factor));
    this.left = px - x * this.scale * this.wide;
    this.top = py - y * this.scale;
    this.hold();
  }

  /** Keep the window's centre inside the square. */
  hold() {
    this.left = Math.min(this.width / 2, Math.max(this.width / 2 - this.scale * this.wide, this.left));
    this.top = Math.min(this.height / 2, Math.max(this.height / 2 - this.scale, this.top));
  }

  get centre() {
    return { x: (this.width / 2 - this.left) / (this.scale * this.wide), y: (this.height / 2 - this.top) / this.scale };
  }

  radius = (point) => Math.min(14, point.radius * Math.min(3, 0.7 + this.zoom * 0.25));

  /** The film nearest to a pixel, within `reach` pixels of its rim. @returns {Point|null} */
  nearest(px, py, reach = 10, wanted = () => true) {
    const x = (px - this.left) / (this.scale * this.wide);
    const y = (py - this.top) / this.scale;
    const span = Math.max(1, Math.ceil(((reach + 14) / (this.scale * Math.min(1, this.wide))) * CELLS));
    let best = null;
    let least = reach;
    for (let i = -span; i <= span; i += 1) {
      for (let j = -span; j <= span; j += 1) {
        for (const k of this.cells.get((Math.floor(x * CELLS) + i) * 1000 + Math.floor(y * CELLS) + j) ?? []) {
          const point = this.points[k];
          if (!wanted(point)) continue;
          const away = Math.hypot(this.px(point) - px, this.py(point) - py) - this.radius(point);
          if (away < least) {
            least = away;
            best = point;
          }
        }
      }
    }
    return best;
  }

  inView = (point, margin = 0) => {
    const x = this.px(point);
    const y = this.py(point);
    return x >= -margin && y >= -margin && x <= this.width + margin && y <= this.height + margin;
  };
}
