/** Your taste: a picture to show a friend, and how alike two people are. It is drawn in the browser and saved as a file. */

import * as api from "../api.js";
import { h, icon, put } from "../dom.js";
import { t } from "../language.js";
import { taste, tastePicture } from "../components/taste-picture.js";
import { toast } from "../components/toast.js";
import { empty, filled } from "../components/states.js";
import * as people from "../people.js";
import * as store from "../store.js";

export function tasteView({ model, signal }) {
  const holder = h("div.taste");
  const draw = ({ map, alike }) => {
    const rated = store.rated();
    const picture = tastePicture({
      name: people.active()?.name ?? t("people.you"), mine: people.unnamed(people.active()), said: taste(rated), map, ids: new Set(rated.map(({ item }) => item.item_id)), alike,
    });
    return [picture, h("div.row", null,
      h("button.button.button-primary", { type: "button", onclick: () => savePng(picture) }, icon("download"), t("taste.png")),
      h("button.button", { type: "button", onclick: () => save(new Blob([markup(picture)], { type: "image/svg+xml" }), "my-taste.svg") }, icon("download"), t("taste.svg"))),
    h("p.hint", null, t("taste.hint"))];
  };
  const load = () => {
    if (!store.nRated()) return put(holder, empty({ art: "rate", title: t("ratings.none"), text: t("taste.how"), actions: h("a.button.button-primary", { href: "#/rate" }, t("welcome.rate")) }));
    return filled(holder, async () => {
      const [map, alike] = await Promise.all([model.has_map ? api.map(signal) : null, likeness()]);
      return { map, alike };
    }, draw, h("div.skeleton-chart", { "aria-hidden": "true" }));
  };
  return { title: t("taste.title"), element: h("div.page", null, h("header.page-head", null, h("div", null, h("h1", null, t("taste.title")), h("p.lede", null, t("taste.lede")))), holder), ready: load };
}

/** How alike two people are: of the films both rated, how many they rate at most a star apart. */
async function likeness() {
  const other = people.companion();
  if (!other) return "";
  const { ratings } = await api.profile(other.id);
  const both = ratings.map(({ item, rating }) => [rating, store.rating(item.item_id)]).filter(([, mine]) => mine !== null);
  if (!both.length) return t("taste.apart", { name: other.name });
  return t("taste.alike", { name: other.name, agreed: both.filter(([a, b]) => Math.abs(a - b) <= 1).length, n: both.length });
}

const markup = (picture) => new XMLSerializer().serializeToString(picture);

async function savePng(picture) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup(picture))}`;
  try {
    await image.decode();
  } catch {
    toast({ text: t("taste.noPng"), kind: "bad" });
    return;
  }
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { width: image.width * 2, height: image.height * 2 }));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(blob, "my-taste.png"), "image/png");
}

function save(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
