// Puts the chosen theme on the page before anything is painted; a classic script, so that it blocks.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("cineblend.theme");
  } catch {
    // Storage may be forbidden; the system's theme is used then.
  }
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
})();
