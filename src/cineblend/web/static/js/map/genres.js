/** The nine families that colour the map; a film belongs to that of its first genre. */

export const FAMILIES = [
  { name: "Action", token: "--g-action", genres: ["Action", "Adventure", "War", "Western"] },
  { name: "Science fiction, fantasy", token: "--g-scifi", genres: ["Sci-Fi", "Fantasy"] },
  { name: "Comedy", token: "--g-comedy", genres: ["Comedy"] },
  { name: "Drama", token: "--g-drama", genres: ["Drama"] },
  { name: "Romance, music", token: "--g-romance", genres: ["Romance", "Musical"] },
  { name: "Crime, thrillers", token: "--g-crime", genres: ["Crime", "Thriller", "Mystery", "Film-Noir"] },
  { name: "Horror", token: "--g-horror", genres: ["Horror"] },
  { name: "Animation, children", token: "--g-children", genres: ["Animation", "Children"] },
  { name: "Documentary, other", token: "--g-other", genres: ["Documentary", "IMAX"] },
];

const OTHER = FAMILIES.length - 1;

/** @param {string|null|undefined} genre @returns {number} */
export function family(genre) {
  const found = FAMILIES.findIndex((one) => one.genres.includes(genre ?? ""));
  return found < 0 ? OTHER : found;
}
