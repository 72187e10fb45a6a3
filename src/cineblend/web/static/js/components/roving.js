/** One tab stop for a row of buttons: the arrow keys go from one to the next. */

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** @param {HTMLElement} row with buttons in it @param {string} label */
export function roving(row, label) {
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-label", label);
  const buttons = [...row.querySelectorAll("button")];
  const stop = (at) => buttons.forEach((button, n) => (button.tabIndex = n === at ? 0 : -1));
  stop(0);
  row.addEventListener("focusin", (event) => stop(Math.max(0, buttons.indexOf(event.target))));
  row.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const to = event.key === "Home" ? 0 : event.key === "End" ? buttons.length - 1 : event.key in STEPS ? (at + STEPS[event.key] + buttons.length) % buttons.length : -1;
    if (at < 0 || to < 0) return;
    event.preventDefault();
    buttons[to].focus();
  });
  return row;
}
