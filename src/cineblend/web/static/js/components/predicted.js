/** Predicted stars: what a person would probably rate a film, in words. Nothing is said where it is too unsure. */

import * as api from "../api.js";
import { h, put } from "../dom.js";
import { stars } from "../format.js";
import { t, woven } from "../language.js";
import { hear } from "../events.js";
import * as people from "../people.js";
import * as store from "../store.js";

/** @typedef {{stars: number, within: number, sure: string} | null} Predicted */

/** One line for a card. @param {Predicted[] | undefined} each a prediction a person */
export function predicted(each) {
  const names = [t("stars.you"), people.companion()?.name ?? ""];
  const said = (each ?? []).map((one, at) => one && woven("stars.for", { stars: h("b", null, `${stars(one.stars)} ★`), name: names[at] })).filter(Boolean);
  if (!said.length) return null;
  const sure = each?.length === 1 && each[0]?.sure;
  return h("p.predicted", null, said.map((one, at) => [at > 0 && ", ", one]), sure && h("span.predicted-sure", null, ` · ${t(`sure.${sure}`)}`));
}

/** A sentence for a film's panel, drawn again after each rating. */
export function predictedFor(item, signal) {
  const line = h("p.predicted.predicted-long");
  const ask = async () => {
    const id = people.active()?.id;
    if (!id || !store.nRated() || store.rating(item.item_id) !== null) return put(line);
    try {
      await store.settled();
      const { stars: one } = await api.predictedStars(id, item.item_id, signal);
      put(line, one && woven("stars.think", {
        stars: h("b", null, `${stars(one.stars)} ★`), sure: t(`sure.${one.sure}`),
        within: h("span.predicted-sure", null, t("stars.within", { n: Math.round(one.within * 100) })),
      }));
    } catch {
      put(line); // The panel is whole without it.
    }
    return undefined;
  };
  hear("ratings", ask, signal);
  ask();
  return line;
}
