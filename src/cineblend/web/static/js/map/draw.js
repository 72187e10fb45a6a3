/** Draws the scene on a canvas: points by genre, your ratings ringed, names where there is room. */

import { title } from "../format.js";
import { FAMILIES } from "./genres.js";

/** The colours of the current theme. */
export function palette(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  return { families: FAMILIES.map((one) => read(one.token)), ink: read("--ink"), ground: read("--map-ground"), halo: read("--map-ground"), mine: read("--warm"), line: read("--line-strong"), font: read("--font") };
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./scene.js").Scene} scene
 * @param {{colours: any, hot: any, lit: Set<number>|null, rating: (id: any) => number|null, cross: boolean}} state lit: families shown bright, null for all
 */
export function draw(ctx, scene, { colours, hot, lit, rating, cross }) {
  const ratio = ctx.canvas.width / scene.width;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = colours.ground;
  ctx.fillRect(0, 0, scene.width, scene.height);
  const mine = [];
  const shown = [];
  for (let k = scene.points.length - 1; k >= 0; k -= 1) {
    const point = scene.points[k];
    if (!scene.inView(point, 16)) continue;
    const bright = !lit || lit.has(point.family);
    ctx.globalAlpha = bright ? 0.85 : 0.1;
    ctx.fillStyle = colours.families[point.family];
    ctx.beginPath();
    ctx.arc(scene.px(point), scene.py(point), scene.radius(point), 0, 7);
    ctx.fill();
    if (bright) shown.push(point);
    if (rating(point.id) !== null) mine.push(point);
  }
  ctx.globalAlpha = 1;
  for (const point of mine) ring(ctx, scene, point, colours.mine, 2.5, 3, colours.ground);
  if (hot) ring(ctx, scene, hot, colours.ink, 2, 4, colours.ground);
  names(ctx, scene, shown.reverse(), colours, hot, mine);
  if (cross) crosshair(ctx, scene, colours);
}

function ring(ctx, scene, point, colour, width, gap, ground) {
  const r = scene.radius(point) + gap;
  for (const [stroke, w] of [[ground, width + 3], [colour, width]]) {
    ctx.strokeStyle = stroke;
    ctx.lineWidth = w;
    ctx.beginPath();
    ctx.arc(scene.px(point), scene.py(point), r, 0, 7);
    ctx.stroke();
  }
}

const widths = new Map();

/** Name your films, then the best known, unless a name would cover another. */
function names(ctx, scene, shown, colours, hot, mine) {
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  // Where the buttons lie, and your rings, nothing is written.
  const taken = [[scene.width - 60, scene.height - 140, scene.width, scene.height], ...mine.map((point) => [scene.px(point) - 8, scene.py(point) - 8, scene.px(point) + 8, scene.py(point) + 8])];
  const room = Math.round((scene.width * scene.height) / 15000) + taken.length;
  const first = [...(scene.zoom > 1.6 ? mine : mine.slice(0, 6))];
  const order = [...first, ...shown.slice(0, 500)];
  const done = new Set();
  for (const point of order) {
    if (taken.length >= room) break;
    if (done.has(point) || !scene.inView(point)) continue;
    done.add(point);
    const bold = point === hot || mine.includes(point);
    const size = point === hot ? 14 : Math.min(14, 11.5 + Math.sqrt(point.n) * 0.12);
    ctx.font = `${bold ? 650 : 500} ${size}px ${colours.font}`;
    const text = short(title(point));
    const key = ctx.font + text;
    let width = widths.get(key);
    if (width === undefined) widths.set(key, (width = ctx.measureText(text).width));
    const x = scene.px(point);
    const y = scene.py(point);
    const gap = scene.radius(point) + (bold ? 9 : 5);
    const boxes = [x + gap, x - gap - width].map((start) => [start - 4, y - size * 0.75, start + width + 4, y + size * 0.75]);
    const box = boxes.find((one) => free(one, taken, scene.width));
    if (!box) continue;
    const left = box[0] + 4;
    taken.push(box);
    ctx.strokeStyle = colours.halo;
    ctx.lineWidth = 4;
    ctx.strokeText(text, left, y);
    ctx.fillStyle = colours.ink;
    ctx.fillText(text, left, y);
  }
}

const free = (box, taken, width) => box[0] >= 0 && box[2] <= width && !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);

const short = (text) => (text.length > 34 ? `${text.slice(0, 32)}…` : text);

function crosshair(ctx, scene, colours) {
  const [x, y] = [scene.width / 2, scene.height / 2];
  ctx.strokeStyle = colours.ink;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    ctx.moveTo(x + dx * 6, y + dy * 6);
    ctx.lineTo(x + dx * 14, y + dy * 14);
  }
  ctx.stroke();
}
