/** One polite live region for changes that do not move the focus. */

let timer = 0;

/** Say it once; a later text replaces one that was not read yet. */
export function announce(text) {
  const region = document.getElementById("live");
  if (!region) return;
  clearTimeout(timer);
  region.textContent = "";
  timer = setTimeout(() => {
    region.textContent = text;
  }, 60);
}
