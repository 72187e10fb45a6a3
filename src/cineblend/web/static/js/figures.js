/** What the comparison's rows say in plain words: measures, the floor, the study beside it. */

const FLOOR = "popularity";

/** @param {any} answer the service's figures @returns {{label: string, name: string, plain: string, k: number}[]} the measures some row has */
export function measuresOf(answer) {
  const k = lengthOf(answer);
  const known = [
    { label: `P@${k}`, name: "Precision", plain: `Of the ${k} films on a list, how many the person really liked later on. 20 % means ${Math.round(k / 5)} of ${k}.` },
    { label: `R@${k}`, name: "Recall", plain: `Of all the films the person liked later on, how many the list of ${k} had found.` },
    { label: `NDCG@${k}`, name: "Order", plain: "As recall, but a film near the top counts more than one at the bottom; 100 % is the perfect order (NDCG)." },
  ];
  return known.filter(({ label }) => answer.rows.some((row) => has(row, label))).map((one) => ({ ...one, k }));
}

export const lengthOf = (answer) => answer.protocol?.k ?? Number(/@(\d+)/.exec(Object.keys(answer.rows.find((row) => row.status === "ran")?.metrics ?? {}).join(" "))?.[1] ?? 25);

const has = (row, label) => row.status === "ran" && Number.isFinite(row.metrics?.[label]);

/** A row's figure, its interval where it was tested against a baseline, and what the study printed. */
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

/** Is this row the study's, ours, or the floor? */
export const kindOf = (row, ours) => (row.strategy === FLOOR ? "floor" : row.strategy === ours ? "ours" : row.published ? "study" : "other");

const percent = (share) => `${Math.abs(Math.round(share * 100))} %`;

/** Sentences on where everything stands, and three figures to begin with. */
export function standing(answer, strategy) {
  const k = lengthOf(answer);
  const label = `P@${k}`;
  const rows = answer.rows.filter((row) => has(row, label));
  const floor = rows.find((row) => row.strategy === FLOOR);
  const ours = rows.find((row) => row.strategy === strategy) ?? [...rows].sort((a, b) => b.metrics[label] - a.metrics[label])[0];
  const study = answer.rows.filter((row) => row.published && row.strategy !== FLOOR);
  const best = Math.max(0, ...study.map((row) => row.published[label] ?? 0), ...study.filter((row) => has(row, label)).map((row) => row.metrics[label]));
  const sentences = [];
  if (!floor) sentences.push("The most-rated list is not among the rows, so nothing here shows what the figures are worth.");
  if (floor && best > 0) {
    const gap = best / floor.metrics[label] - 1;
    sentences.push(`The study this began with added texts to matrix factorisation. Its best precision is ${percent(gap)} ${gap < 0 ? "below" : "above"} that of a list of the most rated films, the same for everyone.`);
  }
  if (floor && ours && ours !== floor) {
    const gap = ours.metrics[label] / floor.metrics[label] - 1;
    sentences.push(`The model behind this page lies ${percent(gap)} ${gap < 0 ? "below" : "above"} the same list${best > 0 ? `, and ${percent(ours.metrics[label] / best - 1)} ${ours.metrics[label] < best ? "below" : "above"} the study's best` : ""}.`);
  }
  sentences.push("All of it is on one small set of ratings from one website: it shows which model orders these people's films best, not how much you will enjoy tonight's.");
  const each = (share) => (share * k).toFixed(1);
  const lead = floor && ours && ours !== floor ? [
    { kind: "ours", number: each(ours.metrics[label]), text: `films of ${k} that people went on to like: this model` },
    { kind: "floor", number: each(floor.metrics[label]), text: "the most rated films, the same for everyone: the floor" },
    ...(best > 0 ? [{ kind: "study", number: each(best), text: "the study's best row" }] : []),
  ] : null;
  return { k, sentences, lead };
}
