/** The comparison in plain words: measures, the most-rated list, and the study's figures. */

const FLOOR = "popularity";

/** @param {any} answer the service's figures @returns {{label: string, name: string, plain: string, k: number}[]} the measures some row has */
export function measuresOf(answer) {
  const k = lengthOf(answer);
  const known = [
    { label: `P@${k}`, name: "Precision", plain: `The share of the ${k} listed films that the person went on to like. 20 % means ${Math.round(k / 5)} of ${k}.` },
    { label: `R@${k}`, name: "Recall", plain: `The share of the films the person went on to like that the list of ${k} contains.` },
    { label: `NDCG@${k}`, name: "Order", plain: "Like recall, but a film near the top counts more; 100 % is the perfect order (NDCG)." },
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

const percent = (share) => `${Math.abs(Math.round(share * 100))} %`;

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
  if (!floor) sentences.push("The comparison lacks the most-rated list, so there is no baseline for these figures.");
  if (floor && best > 0) {
    const gap = best / floor.metrics[label] - 1;
    sentences.push(`The study behind this project added texts to matrix factorisation. Its best precision is ${percent(gap)} ${gap < 0 ? "below" : "above"} that of the most rated films, the same list for everyone.`);
  }
  if (floor && ours && ours !== floor) {
    const gap = ours.metrics[label] / floor.metrics[label] - 1;
    sentences.push(`The model behind this page is ${percent(gap)} ${gap < 0 ? "below" : "above"} the same list${best > 0 ? `, and ${percent(ours.metrics[label] / best - 1)} ${ours.metrics[label] < best ? "below" : "above"} the study's best` : ""}.`);
  }
  sentences.push("All figures come from one set of ratings. They show which model orders these people's films best, not how much you will enjoy tonight's film.");
  const each = (share) => (share * k).toFixed(1);
  const lead = floor && ours && ours !== floor ? [
    { kind: "ours", number: each(ours.metrics[label]), text: `of ${k} listed films were liked later, with this model` },
    { kind: "floor", number: each(floor.metrics[label]), text: "with the most rated films, the same for everyone" },
    ...(best > 0 ? [{ kind: "study", number: each(best), text: "with the study's best model" }] : []),
  ] : null;
  return { k, sentences, lead };
}
