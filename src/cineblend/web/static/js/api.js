/** The service's REST interface, one function per route; errors are `Problem`s. */

import { knows, t } from "./language.js";

const ROOT = "/api/v1";

/** The service's error, or a missing answer. The message says what happened and what to do, in the service's words where the page has none. */
export class Problem extends Error {
  /** @param {number} status 0 where nothing answered @param {{type?: string, detail?: string, remedy?: string} | null} said */
  constructor(status, said) {
    super(inWords(said));
    this.status = status;
    this.title = t(knows(`problem.title.${status}`) ? `problem.title.${status}` : "problem.title.other");
  }
}

function inWords(said) {
  if (!said) return t("problem.bare");
  const key = `problem.type.${String(said.type).split(":").at(-1)}`;
  if (knows(key)) return t(key);
  return [said.detail, said.remedy].filter(Boolean).map(sentence).join(" ") || t("problem.bare");
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** The API key of a service that other machines can reach; kept until the tab is closed. */
let key = "";
try {
  key = sessionStorage.getItem("cineblend.key") ?? "";
} catch {
  // Asked for again at the next visit.
}

export function useKey(given) {
  key = given;
  try {
    sessionStorage.setItem("cineblend.key", given);
  } catch {
    // Holds for this visit.
  }
}

/** @param {string} path @param {{method?: string, body?: any, query?: Record<string, any>, signal?: AbortSignal, as?: "text"}} [options] */
async function call(path, { method = "GET", body, query, signal, as } = {}) {
  const headers = { accept: "application/json" };
  if (key) headers.authorization = `Bearer ${key}`;
  let payload;
  if (body instanceof FormData) payload = body;
  else if (body !== undefined) {
    headers["content-type"] = "application/json";
    payload = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(ROOT + path + search(query), { method, headers, body: payload, signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, { detail: t("problem.silent") });
  }
  const text = await answer.text();
  if (answer.ok && as === "text") return text;
  const value = text ? parse(text) : null;
  if (!answer.ok) throw new Problem(answer.status, value ?? { detail: answer.statusText });
  return value;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Leave out empty values; repeat list values. */
function search(query) {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined || value === "" || value === false) continue;
    if (Array.isArray(value)) for (const one of value) params.append(key, one);
    else params.append(key, String(value));
  }
  const text = params.toString();
  return text && `?${text}`;
}

/** Whether an error only means that a newer request replaced this one. */
export const stale = (error) => error instanceof DOMException && error.name === "AbortError";

const part = (id) => encodeURIComponent(String(id));
const at = (id) => `/profiles/${part(id)}`;

export const model = () => call("/model");
export const status = () => call("/status");
export const items = (query, signal) => call("/items", { query, signal });
export const item = (id, signal) => call(`/items/${part(id)}`, { signal });
export const similar = (id, query, signal) => call(`/items/${part(id)}/similar`, { query, signal });
export const facets = (query, signal) => call("/facets", { query, signal });
export const kinds = (query, signal) => call("/kinds", { query, signal });
export const map = (signal) => call("/map", { signal });
export const figures = (signal) => call("/figures", { signal });
/** @param {any[]} unseen films not seen: with them the first questions look for films that the person knows */
export const questions = (ratings, k, unseen, signal) => call("/questions", { method: "POST", body: { ratings, k, unseen }, signal });

export const createProfile = () => call("/profiles", { method: "POST" });
export const profile = (id) => call(at(id));
export const deleteProfile = (id) => call(at(id), { method: "DELETE" });
export const exportProfile = (id) => call(`${at(id)}/export`);
export const rate = (id, item_id, rating) => call(`${at(id)}/ratings/${part(item_id)}`, { method: "PUT", body: { rating } });
export const unrate = (id, item_id) => call(`${at(id)}/ratings/${part(item_id)}`, { method: "DELETE" });
/** @param {"watchlist"|"hidden"} list */
export const listed = (id, list, item_id, on) => call(`${at(id)}/${list}/${part(item_id)}`, { method: on ? "PUT" : "DELETE" });
/** Forget which films a person owns. */
export const forgetOwned = (id) => call(`${at(id)}/owned`, { method: "DELETE" });
export const recommendations = (id, query, signal) => call(`${at(id)}/recommendations`, { query, signal });
export const explanation = (id, item_id, query, signal) => call(`${at(id)}/explanations/${part(item_id)}`, { query, signal });
/** Films as a file's text. */
export const file = (item_ids, form) => call("/files", { method: "POST", body: { item_ids, form }, as: "text" });
/** The private link as a QR code. @returns {Promise<string>} SVG */
export const qr = (id, page) => call(`${at(id)}/qr`, { method: "POST", body: { page }, as: "text" });
export const trial = (id, signal) => call(`${at(id)}/trial`, { signal });
export const predictedStars = (id, item_id, signal) => call(`${at(id)}/stars/${part(item_id)}`, { signal });
/** For someone without a profile: nothing is stored. */
export const recommend = (body, signal) => call("/recommendations", { method: "POST", body, signal });

/** Add films that the catalogue lacks; nobody has rated them. @param {{title: string, year: number}[]} items */
export const addItems = (items, signal) => call("/items", { method: "POST", body: { items }, signal });

/** @param {{dryRun?: boolean, choices?: Record<string, number|string>, rateLikes?: boolean}} how */
export function importFile(id, file, { dryRun = false, choices = {}, rateLikes = false }, signal) {
  const body = new FormData();
  body.append("file", file, file.name);
  body.append("choices", JSON.stringify(choices));
  return call(`${at(id)}/import`, { method: "POST", body, query: { dry_run: dryRun, rate_likes: rateLikes }, signal });
}
export const undoImport = (id) => call(`${at(id)}/import`, { method: "DELETE" });
