// <scroll-strip>: a row that may be wider than its place; keeps the chosen one in sight, fades at its ends.

class ScrollStrip extends HTMLElement {
  connectedCallback() {
    this.addEventListener("scroll", this, { passive: true });
    this.size = new ResizeObserver(() => this.settle());
    this.size.observe(this);
    this.changes = new MutationObserver(() => this.settle());
    this.changes.observe(this, { subtree: true, attributeFilter: ["aria-current"] });
  }

  disconnectedCallback() {
    this.size.disconnect();
    this.changes.disconnect();
  }

  handleEvent() {
    const rest = this.scrollWidth - this.clientWidth;
    this.dataset.more = `${this.scrollLeft > 2 ? "left" : ""} ${rest - this.scrollLeft > 2 ? "right" : ""}`.trim();
  }

  settle() {
    const chosen = this.querySelector(":scope > [aria-current], .seg > [aria-current]");
    if (chosen) {
      const middle = chosen.offsetLeft - this.offsetLeft + chosen.offsetWidth / 2;
      this.scrollLeft = middle - this.clientWidth / 2;
    }
    this.handleEvent();
  }
}

customElements.define("scroll-strip", ScrollStrip);
