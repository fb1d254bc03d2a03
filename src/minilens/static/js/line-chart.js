// <line-chart options='{"option", "tips", "steps"}'>: an ECharts line that is updated, never rebuilt.
//
// Texts come from the server; here colours are looked up in the style sheet, and the axis is labelled by
// the given steps (10000 → " 万").

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
    const [factor, word] = steps.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
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
  const rows = tip.rows.map((row) => element("p", row.class,
    element("span", "name", row.name), element("b", "", row.figure), element("span", row.direction, row.change)));
  const marks = tip.marks.map((text) => element("p", "mark", text));
  return element("div", "tip", element("p", "head", tip.head), ...rows, ...marks);
}

// Words of dots that stand close go one above the other; what still finds no room is in the tooltip.
function apart(width) {
  let placed = [];
  return ({ dataIndex, labelRect: { x, y, width: wide, height } }) => {
    if (dataIndex === 0) placed = [];
    const dx = Math.max(0, -x) - Math.max(0, x + wide - width);
    const meets = (dy) => placed.some((o) =>
      x + dx < o.x + o.wide + 4 && o.x < x + dx + wide + 4 && y + dy < o.y + height && o.y < y + dy + height);
    const dy = [0, -1, -2, -3].map((n) => n * (height + 2)).find((one) => !meets(one) && y + one >= 0) ?? 0;
    placed.push({ x: x + dx, y: y + dy, wide });
    return { dx, dy, hideOverlap: true };
  };
}

class LineChart extends HTMLElement {
  static observedAttributes = ["options"];

  connectedCallback() {
    this.place = element("div", "canvas");
    this.replaceChildren(this.place);
    this.chart = echarts.init(this.place, null, { renderer: "canvas" });
    this.size = new ResizeObserver(() => this.chart.resize());
    this.size.observe(this);
    document.addEventListener("themechange", this);
    for (const ground of grounds) ground.addEventListener("change", this);
    this.draw();
  }

  disconnectedCallback() {
    document.removeEventListener("themechange", this);
    for (const ground of grounds) ground.removeEventListener("change", this);
    this.size.disconnect();
    this.chart.dispose();
    this.chart = null;
  }

  attributeChangedCallback() { this.draw(); }

  handleEvent() {
    this.drawn = false;
    this.draw();
  }

  draw() {
    if (!this.chart) return;
    const { option, tips, steps } = JSON.parse(this.getAttribute("options"));
    const style = getComputedStyle(this);
    const full = coloured(option, style);
    full.animation = !calm.matches && this.drawn === true;
    full.animationDurationUpdate = 250;
    full.textStyle = { fontFamily: style.fontFamily };
    full.yAxis.axisLabel.formatter = labelled(steps);
    full.tooltip.formatter = (points) => tipBox(tips[points[0]?.dataIndex]);
    const marks = full.series.find((one) => one.id === "marks");
    if (marks) marks.labelLayout = apart(this.clientWidth);
    this.chart.setOption(full, { replaceMerge: ["series"] });
    this.drawn = true;
  }
}

customElements.define("line-chart", LineChart);
