/** The line that says how far the better model is, which is fitted while another one answers. */

import * as api from "../api.js";
import { h, icon, put } from "../dom.js";
import { t } from "../language.js";

const LOOK = 2000;
const STAYS = 10000;
let status = null;

/** True while a better model is being fitted. */
export const underWay = () => status?.state === "fitting";

let following = false;
/** Say how far the fit is until it is done or has failed. @param {() => Promise<void>} onchanged the better model answers */
export async function followFitting(onchanged) {
  if (following) return;
  following = true;
  const line = /** @type {HTMLElement} */ (document.getElementById("fitting"));
  for (;;) {
    const before = status;
    status = await api.status().catch(() => before);
    if (!underWay()) break;
    show(line, status.fitting);
    await new Promise((done) => setTimeout(done, LOOK));
  }
  following = false;
  if (status?.state === "failed") fail(line, status.fitting);
  else if (line.textContent) {
    line.classList.remove("is-fitting");
    say(line, t("fitting.done"));
    setTimeout(() => put(line), STAYS);
    await onchanged().catch(() => {}); // The lists that are shown stay, and the next request is the new model's.
  }
}

function show(line, { elapsed_seconds: elapsed, expected_seconds: expected }) {
  line.classList.add("is-fitting");
  line.style.setProperty("--share", expected ? Math.min(0.98, elapsed / expected).toFixed(3) : "0");
  say(line, expected ? t("fitting.left", { left: left(expected - elapsed) }) : t("fitting.plain"));
}

/** In steps of a minute, since each change is read aloud. */
function left(seconds) {
  if (seconds < 0) return t("fitting.late");
  if (seconds < 45) return t("fitting.soon");
  return t("fitting.minutes", { n: Math.round(seconds / 60) });
}

function say(line, text) {
  if (line.textContent !== text) put(line, text);
}

function fail(line, { problem, remedy }) {
  line.classList.remove("is-fitting");
  const close = h("button.fitting-close", { type: "button", "aria-label": t("note.close"), onclick: () => {
    put(line);
    const heading = /** @type {HTMLElement | null} */ (document.querySelector("main h1"));
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  } }, icon("close"));
  put(line, h("span", null, [t("fitting.failed", { problem }), remedy && t("fitting.try", { remedy })].filter(Boolean).join(" ")), close);
}
