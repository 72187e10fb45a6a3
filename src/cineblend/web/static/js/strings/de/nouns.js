/** German nouns with their gender, and the genres, roles and deeds that the data names in English. */

/** Gender, singular, plural, and the plural behind "von" and "mit". */
const NOUNS = {
  film: ["m", "Film", "Filme", "Filmen"], movie: ["m", "Film", "Filme", "Filmen"], series: ["f", "Serie", "Serien", "Serien"],
  book: ["n", "Buch", "Bücher", "Büchern"], product: ["n", "Produkt", "Produkte", "Produkten"], song: ["n", "Lied", "Lieder", "Liedern"],
  artist: ["m", "Künstler", "Künstler", "Künstlern"], track: ["m", "Titel", "Titel", "Titeln"], anime: ["m", "Anime", "Animes", "Animes"],
  person: ["f", "Person", "Personen", "Personen"], album: ["n", "Album", "Alben", "Alben"], game: ["n", "Spiel", "Spiele", "Spielen"], item: ["m", "Titel", "Titel", "Titeln"],
};
const UNKNOWN = ["m", "Eintrag", "Einträge", "Einträgen"];

/** Words that bend with the noun, by gender; the strings use the masculine ones as placeholders. */
const BENT = {
  m: { ein: "ein", einen: "einen", kein: "kein", keinen: "keinen", der: "der", den: "den", dieser: "dieser", diesen: "diesen", er: "er", ihn: "ihn" },
  f: { ein: "eine", einen: "eine", kein: "keine", keinen: "keine", der: "die", den: "die", dieser: "diese", diesen: "diese", er: "sie", ihn: "sie" },
  n: { ein: "ein", einen: "ein", kein: "kein", keinen: "kein", der: "das", den: "das", dieser: "dieses", diesen: "dieses", er: "es", ihn: "es" },
};

/** @param {string} noun in English @returns {Record<string, string>} */
export function forms(noun) {
  const [gender, one, many, to] = NOUNS[noun.toLowerCase()] ?? UNKNOWN;
  return { noun: one, nouns: many, nounsTo: to, ...BENT[gender] };
}

export const genres = {
  Action: "Action", Adventure: "Abenteuer", Animation: "Animation", Children: "Kinder", Comedy: "Komödie", Crime: "Krimi",
  Documentary: "Dokumentation", Drama: "Drama", Fantasy: "Fantasy", "Film-Noir": "Film noir", Horror: "Horror", Musical: "Musical",
  Mystery: "Mystery", Romance: "Liebe", "Sci-Fi": "Science-Fiction", Thriller: "Thriller", War: "Krieg", Western: "Western",
};

export const roles = {
  director: "Regie", cast: "Besetzung", writer: "Drehbuch", author: "Autor", brand: "Marke", composer: "Musik", producer: "Produktion",
};

/** What the data says that people did, as "Weil du … {deed} hast" needs it. */
export const deeds = {
  played: "gespielt", clicked: "angeklickt", bought: "gekauft", watched: "gesehen", read: "gelesen", other: "gewählt",
};
