// <line-chart options='{"option", "tips", "steps"}'>: an ECharts line that is updated, never rebuilt.
//
// Texts come from the server; here colours are looked up in the style sheet, and the axis is labelled by
// the given steps (10000 → " 万"). Dragging over it shows the days under the pointer; a click opens the users of the
// point that is nearest, and so does a tap on what the tooltip says of it.

import { zoomable } from "./chart-zoom.js";
import { zoom } from "./drill-down.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
// Colours differ in the dark and on paper.
const grounds = [matchMedia("(prefers-color-scheme: dark)"), matchMedia("print")];

function coloured(value, style) {
  if (typeof value === "string") {
    const token = value.match(/^var\((--[\w-]+)\)$/);
    return token ? style.getPropertyValue(token[1]).trim() : value;
  }
  if (Array.isArray(value)) return value.map((part) => coloured(part, style));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, coloured(part, style)]));
}

function labelled(steps) {
  return (value) => {
    const [factor, word] = steps.find(([least]) => Math.abs(value) >= least) ?? (steps.at(-1)?.[0] <= 1 ? steps.at(-1) : [1, ""]);
    return value === 0 ? "0" : Number((value / factor).toFixed(2)).toLocaleString("en") + word;
  };
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

function tipBox(tip) {
  if (!tip) return "";
  const rows = tip.rows.map((row) => {
    const made = element("p", row.class, element("span", "name", row.name), element("b", "", row.figure), element("span", row.meaning, row.change));
    made.dataset.at = row.at ?? "";
    return made;
  });
  const marks = tip.marks.map((text) => element("p", "mark", text));
  return element("div", "tip", element("p", "head", tip.head), ...rows, ...marks);
}

// Words of dots that stand close go one above the other; what still finds no room is in the tooltip.
const pen = document.createElement("canvas").getContext("2d");
const LINE = 16;

function apart(chart, marks, width, font) {
  const most = width < 480 ? 88 : 160;
  const placed = [];
  pen.font = `12px ${font}`;
  return marks.data.map((dot) => {
    const [x, y] = chart.convertToPixel({ seriesId: "marks" }, dot.value);
    const wide = Math.min(most, pen.measureText(dot.name).width);
    const left = Math.min(Math.max(0, x - wide / 2), width - wide);
    const free = (dy) => y - dy > 2 * LINE - 8 && !placed.some((one) =>
      left < one.left + one.wide + 6 && one.left < left + wide + 6 && Math.abs(one.y - (y - dy)) < LINE);
    const dy = [0, LINE, 2 * LINE, 3 * LINE].find(free);
    if (dy === undefined) return { ...dot, label: { show: false } };
    placed.push({ left, wide, y: y - dy });
    return { ...dot, label: { width: wide + 1, offset: [left + wide / 2 - x, -dy] } };
  });
}

class LineChart extends HTMLElement {
  static observedAttributes = ["options"];

  connectedCallback() {
    this.place = element("div", "canvas");
    this.replaceChildren(this.place);
    this.chart = echarts.init(this.place, null, { renderer: "canvas" });
    this.size = new ResizeObserver(() => {
      this.chart.resize();
      this.settle();
    });
    this.size.observe(this);
    zoomable(this.place, (x) => this.pointAt(x), (first, last) => this.zoom(first, last));
    this.place.addEventListener("click", (event) => this.open(event));
    document.addEventListener("themechange", this);
    for (const ground of grounds) ground.addEventListener("change", this);
    this.draw(false);
  }

  disconnectedCallback() {
    document.removeEventListener("themechange", this);
    for (const ground of grounds) ground.removeEventListener("change", this);
    this.size.disconnect();
    this.chart.dispose();
    this.chart = null;
  }

  attributeChangedCallback() { this.draw(); }

  handleEvent() { this.draw(false); }

  draw(moving = true) {
    if (!this.chart) return;
    const { option, tips, steps, zoom: ends = [] } = JSON.parse(this.getAttribute("options"));
    const style = getComputedStyle(this);
    const full = coloured(option, style);
    this.ends = ends;
    this.tips = tips;
    full.animation = !calm.matches && moving;
    full.animationDurationUpdate = 250;
    full.textStyle = { fontFamily: style.fontFamily };
    full.yAxis.axisLabel.formatter = labelled(steps);
    full.tooltip.enterable = !matchMedia("(hover: hover)").matches; // it would be in the way of a mouse
    full.tooltip.formatter = (points) => tipBox(tips[points[0]?.dataIndex]);
    this.chart.setOption(full, { replaceMerge: ["series"] });
    this.marks = full.series.find((one) => one.id === "marks");
    this.settle();
  }

  // The point under a place of the picture, as long as there is something to show of it.
  pointAt(x) {
    if (!this.ends.length || this.closest("[data-pinned]")) return null;
    const at = Math.round(this.chart.convertFromPixel({ xAxisIndex: 0 }, x));
    return Math.min(Math.max(0, at), this.ends.length - 1);
  }

  open({ offsetX, offsetY, pointerType, target }) {
    const form = document.getElementById(this.id.replace("-chart", "-behind"));
    const tapped = target.closest(".tip p[data-at^='[']");
    if (!form || (!tapped && pointerType === "touch")) return;
    const away = ({ value }) => Math.abs(offsetY - this.chart.convertToPixel({ yAxisIndex: 0 }, value));
    const rows = this.tips[Math.round(this.chart.convertFromPixel({ xAxisIndex: 0 }, offsetX))]?.rows ?? [];
    const [nearest] = rows.filter(({ at }) => at).sort((a, b) => away(a) - away(b));
    const at = tapped?.dataset.at ?? nearest?.at;
    if (at) location.assign(`${form.action}?${new URLSearchParams([...new FormData(form), ["at", at]])}`);
  }

  zoom(first, last) {
    const gone = "period=&grain=&compare_from=&compare_to=";
    zoom(`${gone}&from=${encodeURIComponent(this.ends[first][0])}&to=${encodeURIComponent(this.ends[last][1])}`);
  }

  // Where words fit depends on the width.
  settle() {
    if (!this.marks) return;
    const data = apart(this.chart, this.marks, this.chart.getWidth(), getComputedStyle(this).fontFamily);
    this.chart.setOption({ series: [{ id: "marks", data }] });
  }
}

customElements.define("line-chart", LineChart);
