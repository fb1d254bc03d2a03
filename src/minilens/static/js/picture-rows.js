// <picture-rows>: a part of a picture (a place of the map, a slice of the ring) does what its row of the list does;
// arrows go from part to part.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

class PictureRows extends HTMLElement {
  connectedCallback() {
    for (const kind of ["click", "keydown", "pointerover", "pointerout"]) this.addEventListener(kind, this);
    const [first] = this.parts;
    first?.setAttribute("tabindex", "0"); // the picture is one stop of the keyboard
  }

  get parts() { return [...this.querySelectorAll("[data-part]")]; }

  // The row of a part, and the part of a row.
  row(part) {
    return [...this.querySelectorAll("tr[data-value]")].find((one) => one.dataset.value === part?.dataset.part);
  }

  part(row) { return this.parts.find((one) => one.dataset.part === row?.dataset.value); }

  handleEvent(event) {
    const part = event.target.closest("[data-part]");
    if (event.type.startsWith("pointer")) return this.point(event, part);
    if (!part) return undefined;
    if (event.type === "click") return this.row(part)?.querySelector("a[data-add]:not(.own)")?.click();
    if (event.key === "Enter" || event.key === " ") this.row(part)?.querySelector("a[data-add]:not(.own)")?.click();
    else if (STEPS[event.key]) this.step(part, STEPS[event.key]);
    else return undefined;
    event.stopPropagation(); // arrows have another meaning on the page
    return event.preventDefault();
  }

  step(part, by) {
    const { parts } = this;
    const next = parts.at((parts.indexOf(part) + by) % parts.length);
    part.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  point(event, part) {
    const on = event.type === "pointerover";
    const row = event.target.closest("tr[data-value]");
    (part ? this.row(part) : this.part(row))?.classList.toggle("pointed", on);
  }
}

customElements.define("picture-rows", PictureRows);
