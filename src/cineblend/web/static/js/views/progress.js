/** How well the recommender knows you: a strip of ten frames and a sentence. */

import { h, put } from "../dom.js";
import { hear } from "../events.js";
import { t } from "../language.js";
import * as store from "../store.js";

const FRAMES = 10;

/** Ratings from which another sentence is said. */
const STEPS = [0, 1, 3, 6, 10];

export function progress(signal) {
  const frames = h("div.frames", { role: "img" });
  const name = h("p.progress-name");
  const hint = h("p.hint");
  const paint = () => {
    const n = store.nRated();
    const step = STEPS.findLast((from) => n >= from);
    frames.setAttribute("aria-label", t("progress.frames", { n: Math.min(n, FRAMES), of: FRAMES }));
    put(frames, Array.from({ length: FRAMES }, (_, k) => h(`span.frame${k < n ? ".is-exposed" : ""}`)));
    put(name, h("strong", null, t(`progress.${step}`)), h("span", null, t("n.ratings", { n })));
    put(hint, t(`progress.${step}.hint`));
  };
  paint();
  hear("ratings", paint, signal);
  return h("div.progress", null, name, frames, hint);
}
