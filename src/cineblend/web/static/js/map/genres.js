/** The nine families that colour the map; a film belongs to that of its first genre. */

export const FAMILIES = [
  { key: "action", token: "--g-action", genres: ["Action", "Adventure", "War", "Western"] },
  { key: "scifi", token: "--g-scifi", genres: ["Sci-Fi", "Fantasy"] },
  { key: "comedy", token: "--g-comedy", genres: ["Comedy"] },
  { key: "drama", token: "--g-drama", genres: ["Drama"] },
  { key: "romance", token: "--g-romance", genres: ["Romance", "Musical"] },
  { key: "crime", token: "--g-crime", genres: ["Crime", "Thriller", "Mystery", "Film-Noir"] },
  { key: "horror", token: "--g-horror", genres: ["Horror"] },
  { key: "children", token: "--g-children", genres: ["Animation", "Children"] },
  { key: "other", token: "--g-other", genres: ["Documentary", "IMAX"] },
];

const OTHER = FAMILIES.length - 1;

/** @param {string|null|undefined} genre @returns {number} */
export function family(genre) {
  const found = FAMILIES.findIndex((one) => one.genres.includes(genre ?? ""));
  return found < 0 ? OTHER : found;
}
