// <province-map>: a place of the map does what its row of the list does; arrows go from place to place.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

class ProvinceMap extends HTMLElement {
  connectedCallback() {
    for (const kind of ["click", "keydown", "pointerover", "pointerout"]) this.addEventListener(kind, this);
    const [first] = this.places;
    first?.setAttribute("tabindex", "0"); // the map is one stop of the keyboard
  }

  get places() { return [...this.querySelectorAll("[data-place]")]; }

  // The row of a place, and the place of a row.
  row(place) {
    return [...this.querySelectorAll("tr[data-value]")].find((one) => one.dataset.value === place?.dataset.place);
  }

  place(row) { return this.places.find((one) => one.dataset.place === row?.dataset.value); }

  handleEvent(event) {
    const place = event.target.closest("[data-place]");
    if (event.type.startsWith("pointer")) return this.point(event, place);
    if (!place) return undefined;
    if (event.type === "click") return this.row(place)?.querySelector("a[data-add]:not(.own)")?.click();
    if (event.key === "Enter" || event.key === " ") this.row(place)?.querySelector("a[data-add]:not(.own)")?.click();
    else if (STEPS[event.key]) this.step(place, STEPS[event.key]);
    else return undefined;
    event.stopPropagation(); // arrows have another meaning on the page
    return event.preventDefault();
  }

  step(place, by) {
    const { places } = this;
    const next = places.at((places.indexOf(place) + by) % places.length);
    place.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  point(event, place) {
    const on = event.type === "pointerover";
    const row = event.target.closest("tr[data-value]");
    (place ? this.row(place) : this.place(row))?.classList.toggle("pointed", on);
  }
}

customElements.define("province-map", ProvinceMap);
