// <range-calendar>: a month of days under two fields of dates. The first day chosen is one end, the second the other.
//
// The fields stay what is sent and can be typed into. Arrows move by days and weeks, Page Up and Page Down by months.

const DAY = 86_400_000;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const MONTHS = { PageUp: -1, PageDown: 1 };
const read = (text) => new Date(`${text}T00:00Z`);
const write = (date) => date.toISOString().slice(0, 10);
const moved = (text, days) => write(new Date(read(text).getTime() + days * DAY));

// The same day of another month, or its last one.
function inMonth(text, months) {
  const [year, month, day] = text.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return write(new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))));
}

class RangeCalendar extends HTMLElement {
  connectedCallback() {
    this.ends = [...this.closest("form").querySelectorAll("input[type=date]")];
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
    this.closest("form").addEventListener("input", this);
    this.closest("[popover]").addEventListener("toggle", this);
    this.begin();
  }

  get latest() { return this.ends[0].max; }

  begin() {
    this.open = false;
    this.draw(this.ends[1].value || this.latest);
  }

  handleEvent(event) {
    if (event.type === "toggle") return event.newState === "open" && this.begin();
    if (event.type === "input") return this.draw(event.target.value || this.at);
    if (event.type === "keydown") return this.moveBy(event);
    const button = event.target.closest("button");
    if (button?.value) this.choose(button.value);
    else if (button) this.draw(inMonth(this.at, Number(button.dataset.months)));
  }

  moveBy(event) {
    const to = event.key in STEPS ? moved(this.at, STEPS[event.key]) : event.key in MONTHS ? inMonth(this.at, MONTHS[event.key]) : "";
    if (!to || !event.target.value) return;
    event.preventDefault();
    this.draw(to > this.latest ? this.latest : to);
    this.querySelector(`[value="${this.at}"]`).focus();
  }

  choose(day) {
    const ends = this.open ? [this.ends[0].value, day].sort() : [day, day];
    this.ends.forEach((input, n) => { input.value = ends[n]; });
    this.open = !this.open;
    this.draw(day);
    this.querySelector(`[value="${day}"]`).focus();
  }

  // The month of a day, from the Monday before its first to the Sunday after its last.
  draw(at) {
    this.at = at;
    const language = document.documentElement.lang;
    const told = (options, text) => new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(read(text));
    const first = `${at.slice(0, 8)}01`;
    const monday = moved(first, -((read(first).getUTCDay() + 6) % 7));
    const head = document.createElement("p");
    head.append(this.turn(-1, "before"), told({ year: "numeric", month: "long" }, first), this.turn(1, "after"));
    const grid = document.createElement("div");
    grid.append(...Array.from({ length: 7 }, (_, n) => Object.assign(document.createElement("span"), { textContent: told({ weekday: "narrow" }, moved(monday, n)), ariaHidden: "true" })));
    for (let day = monday; day < inMonth(first, 1) || read(day).getUTCDay() !== 1; day = moved(day, 1)) grid.append(this.day(day, first, told));
    this.replaceChildren(head, grid);
  }

  turn(months, name) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: months < 0 ? "‹" : "›", ariaLabel: this.dataset[name] });
    button.dataset.months = months;
    return button;
  }

  day(day, first, told) {
    const [from, to] = this.ends.map((input) => input.value);
    const button = Object.assign(document.createElement("button"), {
      type: "button", value: day, textContent: Number(day.slice(8)), disabled: day > this.latest,
      tabIndex: day === this.at ? 0 : -1, ariaLabel: told({ dateStyle: "full" }, day), ariaPressed: String(day === from || day === to),
    });
    button.classList.toggle("within", from <= day && day <= to);
    button.classList.toggle("beside", day.slice(0, 7) !== first.slice(0, 7));
    return button;
  }
}

customElements.define("range-calendar", RangeCalendar);
