/** The active person's ratings and lists: shown at once, written to the server, undone if that fails. */

import * as api from "./api.js";
import * as people from "./people.js";
import { tell } from "./events.js";

/** @type {Map<number|string, {item: any, rating: number, rated_at: number}>} */
let ratings = new Map();
/** @type {{watchlist: Map<number|string, any>, hidden: Map<number|string, any>, owned: Map<number|string, any>}} */
let lists = { watchlist: new Map(), hidden: new Map(), owned: new Map() };
/** The last write per film and list, so that two writes of the same thing stay in order. */
const queue = new Map();

export const rating = (itemId) => ratings.get(itemId)?.rating ?? null;
export const rated = () => [...ratings.values()];
export const nRated = () => ratings.size;
export const has = (list, itemId) => lists[list].has(itemId);
export const listedItems = (list) => [...lists[list].values()];
export const asRatings = () => rated().map(({ item, rating }) => ({ item_id: item.item_id, rating }));

/** Read the active person's profile. A profile the server does not know is forgotten. @returns {Promise<boolean>} */
export async function load() {
  const person = people.active();
  let known = null;
  let gone = false;
  if (person) {
    try {
      known = await api.profile(person.id);
    } catch (error) {
      if (!(error instanceof api.Problem) || ![404, 410, 422].includes(error.status)) throw error;
      gone = true;
      people.forget(person.id);
    }
  }
  ratings = new Map((known?.ratings ?? []).map((one) => [one.item.item_id, one]));
  lists = { watchlist: byId(known?.watchlist), hidden: byId(known?.hidden), owned: byId(known?.owned) };
  tell("ratings", { all: true });
  tell("lists", { all: true });
  return !gone;
}

const byId = (items) => new Map((items ?? []).map((item) => [item.item_id, item]));

let making = null;
/** The active profile's id; the profile is created at the first rating or list entry. */
export async function profileId() {
  const person = people.active();
  if (person) return person.id;
  making ??= api.createProfile().finally(() => {
    making = null;
  });
  const { profile_id: id } = await making;
  if (!people.active()) people.add({ id, name: people.nextName() });
  return id;
}

/** Rate a film, or with null take its rating away. @returns {Promise<void>} settled when the server has it */
export function setRating(item, value, how = "pointer") {
  const before = ratings.get(item.item_id) ?? null;
  if ((before?.rating ?? null) === value) return Promise.resolve();
  if (value === null) ratings.delete(item.item_id);
  else ratings.set(item.item_id, { item, rating: value, rated_at: Date.now() / 1000 });
  tell("ratings", { item, value, how });
  return write(`rating ${item.item_id}`, async (id) => {
    const now = rating(item.item_id);
    await (now === null ? api.unrate(id, item.item_id) : api.rate(id, item.item_id, now));
  }, () => {
    if (before) ratings.set(item.item_id, before);
    else ratings.delete(item.item_id);
    tell("ratings", { item, value: before?.rating ?? null, how: "undone" });
  });
}

/** Put a film on a list, or take it off. @param {"watchlist"|"hidden"} list */
export function setListed(list, item, on) {
  if (lists[list].has(item.item_id) === on) return Promise.resolve();
  const change = (yes) => {
    if (yes) lists[list].set(item.item_id, item);
    else lists[list].delete(item.item_id);
    tell("lists", { list, item, on: yes });
  };
  change(on);
  return write(`${list} ${item.item_id}`, (id) => api.listed(id, list, item.item_id, has(list, item.item_id)), () => change(!on));
}

/** Forget which films the person owns. */
export function forgetOwned() {
  const before = lists.owned;
  const change = (films) => {
    lists.owned = films;
    tell("lists", { list: "owned" });
  };
  change(new Map());
  return write("owned", (id) => api.forgetOwned(id), () => change(before));
}

function write(key, send, takeBack) {
  const person = people.active()?.id ?? null;
  const work = (queue.get(key) ?? Promise.resolve()).catch(() => {}).then(async () => {
    const id = person ?? (await profileId());
    await send(id);
  });
  queue.set(key, work);
  return work.then(
    () => {
      if (queue.get(key) === work) queue.delete(key);
      tell("written");
    },
    (error) => {
      if (queue.get(key) === work) {
        queue.delete(key);
        takeBack();
      }
      tell("failed", error);
      throw error;
    },
  );
}

/** Wait until every pending write has an answer. */
export const settled = () => Promise.allSettled([...queue.values()]);
