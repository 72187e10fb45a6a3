/** localStorage that may be missing, full or damaged: reading never throws. */

const PREFIX = "cineblend.";
const inMemory = new Map();

export function recall(name, fallback) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return inMemory.has(name) ? inMemory.get(name) : fallback;
  }
}

export function keep(name, value) {
  inMemory.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Kept in memory for this visit.
  }
}

/** The theme is stored as a plain word, since it is read before any module runs. */
export function keepTheme(theme) {
  try {
    if (theme) localStorage.setItem(`${PREFIX}theme`, theme);
    else localStorage.removeItem(`${PREFIX}theme`);
  } catch {
    // Holds for this visit.
  }
}
