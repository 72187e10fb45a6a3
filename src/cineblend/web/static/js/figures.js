/** The comparison in plain words: measures, the most-rated list, and the study's figures. */

import { decimal, t } from "./language.js";

const FLOOR = "popularity";

/** @param {any} answer the service's figures @returns {{label: string, name: string, plain: string, k: number}[]} the measures some row has */
export function measuresOf(answer) {
  const k = lengthOf(answer);
  const known = [
    { label: `P@${k}`, name: t("measure.precision"), plain: t("measure.precision.hint", { k, fifth: Math.round(k / 5) }) },
    { label: `R@${k}`, name: t("measure.recall"), plain: t("measure.recall.hint", { k }) },
    { label: `NDCG@${k}`, name: t("measure.order"), plain: t("measure.order.hint") },
  ];
  return known.filter(({ label }) => answer.rows.some((row) => has(row, label))).map((one) => ({ ...one, k }));
}

export const lengthOf = (answer) => answer.protocol?.k ?? Number(/@(\d+)/.exec(Object.keys(answer.rows.find((row) => row.status === "ran")?.metrics ?? {}).join(" "))?.[1] ?? 25);

const has = (row, label) => row.status === "ran" && Number.isFinite(row.metrics?.[label]);

/** A row's figure, its interval if it was tested against a baseline, and the study's published figure. */
export function reading(row, label, rows) {
  const value = has(row, label) ? row.metrics[label] : null;
  const printed = Number.isFinite(row.published?.[label]) ? row.published[label] : null;
  const against = row.against?.[label];
  let interval = null;
  if (value !== null && against && Number.isFinite(against.low) && Number.isFinite(against.high)) {
    const base = value - against.mean;
    interval = [base + against.low, base + against.high];
  }
  return { value, printed, interval, floor: rows.find((one) => one.strategy === FLOOR && has(one, label))?.metrics[label] ?? null };
}

/** Whether a row is the study's, this model's, or the most-rated list. */
export const kindOf = (row, ours) => (row.strategy === FLOOR ? "floor" : row.strategy === ours ? "ours" : row.published ? "study" : "other");

const percent = (share) => t("n.percent", { n: Math.abs(Math.round(share * 100)) });

/** Sentences that compare the models, and three lead figures. */
export function standing(answer, strategy) {
  const k = lengthOf(answer);
  const label = `P@${k}`;
  const rows = answer.rows.filter((row) => has(row, label));
  const floor = rows.find((row) => row.strategy === FLOOR);
  const ours = rows.find((row) => row.strategy === strategy) ?? [...rows].sort((a, b) => b.metrics[label] - a.metrics[label])[0];
  const study = answer.rows.filter((row) => row.published && row.strategy !== FLOOR);
  const best = Math.max(0, ...study.map((row) => row.published[label] ?? 0), ...study.filter((row) => has(row, label)).map((row) => row.metrics[label]));
  const sentences = [];
  if (!floor) sentences.push(t("figures.noFloor"));
  if (floor && best > 0) {
    const gap = best / floor.metrics[label] - 1;
    sentences.push(t(gap < 0 ? "figures.studyBelow" : "figures.studyAbove", { gap: percent(gap) }));
  }
  if (floor && ours && ours !== floor) {
    const gap = ours.metrics[label] / floor.metrics[label] - 1;
    const further = ours.metrics[label] / best - 1;
    sentences.push([t(gap < 0 ? "figures.oursBelow" : "figures.oursAbove", { gap: percent(gap) }), best > 0 && t(further < 0 ? "figures.bestBelow" : "figures.bestAbove", { gap: percent(further) })].filter(Boolean).join(" "));
  }
  sentences.push(t("figures.caution"));
  const each = (share) => decimal(share * k, 1);
  const lead = floor && ours && ours !== floor ? [
    { kind: "ours", number: each(ours.metrics[label]), text: t("figures.leadOurs", { k }) },
    { kind: "floor", number: each(floor.metrics[label]), text: t("figures.leadFloor") },
    ...(best > 0 ? [{ kind: "study", number: each(best), text: t("figures.leadStudy") }] : []),
  ] : null;
  return { k, sentences, lead };
}
