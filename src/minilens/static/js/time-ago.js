// <time-ago age="3" data-texts='{"second": "As of {n} s ago", …}'>: grows older by itself.

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

class TimeAgo extends HTMLElement {
  connectedCallback() {
    this.since = performance.now();
    this.texts = JSON.parse(this.dataset.texts);
    this.timer = setInterval(() => this.write(), 1000);
    this.write();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  write() {
    const age = Number(this.getAttribute("age")) + Math.floor((performance.now() - this.since) / 1000);
    const [unit, seconds] = UNITS.find(([, least]) => age >= least) ?? UNITS.at(-1);
    this.textContent = this.texts[unit].replace("{n}", Math.floor(age / seconds));
  }
}

customElements.define("time-ago", TimeAgo);
