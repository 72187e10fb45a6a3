// Draws the page's charts in the page's colours, and again when the reader turns to dark or light.
(() => {
  "use strict";
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const config = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const font = getComputedStyle(document.body).fontFamily;
    const text = { labelColor: colour("--muted"), titleColor: colour("--muted"), labelFontSize: 12, titleFontSize: 12, titleFontWeight: 400 };
    return {
      font,
      view: { stroke: null },
      axis: { ...text, domain: false, ticks: false, gridColor: colour("--line"), labelPadding: 6 },
      axisY: { grid: false },
      axisQuantitative: { grid: true },
      axisBand: { labelColor: colour("--ink") },
      legend: { ...text, labelColor: colour("--ink"), symbolStrokeWidth: 2.5 },
      text: { color: colour("--ink"), fontSize: 12 },
    };
  };

  const drawn = [];
  const draw = async () => {
    drawn.splice(0).forEach((chart) => chart.finalize());
    const look = { ast: true, actions: false, renderer: "svg", tooltip: { theme: dark.matches ? "dark" : "light" } };
    for (const [name, spec] of Object.entries(specs)) {
      drawn.push(await vegaEmbed(document.getElementById(name), spec, { ...look, config: config() }));
    }
  };

  let last = draw();
  dark.addEventListener("change", () => { last = last.then(draw); });
})();
