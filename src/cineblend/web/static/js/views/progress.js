/** How well the recommender knows you: a strip of ten frames and a sentence. */

import { h, put } from "../dom.js";
import { hear } from "../events.js";
import { many } from "../format.js";
import * as store from "../store.js";

const FRAMES = 10;

const SAID = [
  [0, "An empty reel", "One rating is enough for a first list."],
  [1, "A first guess", "The next few ratings change a lot. Dislikes count too."],
  [3, "Taking shape", "The list is becoming yours. Rate a film you disliked to sharpen it."],
  [6, "Good start", "Rate a few films of another genre to widen it."],
  [10, "In focus", "It knows you well. Every new rating still counts at once."],
];

export function progress(signal) {
  const frames = h("div.frames", { role: "img" });
  const name = h("p.progress-name");
  const hint = h("p.hint");
  const paint = () => {
    const n = store.nRated();
    const [, title, text] = SAID.findLast(([from]) => n >= from);
    frames.setAttribute("aria-label", `${Math.min(n, FRAMES)} of ${FRAMES} frames filled`);
    put(frames, Array.from({ length: FRAMES }, (_, k) => h(`span.frame${k < n ? ".is-exposed" : ""}`)));
    put(name, h("strong", null, title), h("span", null, many(n, "rating")));
    put(hint, text);
  };
  paint();
  hear("ratings", paint, signal);
  return h("div.progress", null, name, frames, hint);
}
