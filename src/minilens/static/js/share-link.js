// <share-link data-done="Copied">: copies this address, with the language of a button's data-lang.

import { copied, failed } from "./copying.js";

class ShareLink extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this); }

  disconnectedCallback() { this.removeEventListener("click", this); }

  async handleEvent(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const url = new URL(location.href);
    url.searchParams.delete("lang");
    if (button.dataset.lang) url.searchParams.set("lang", button.dataset.lang);
    const note = button.querySelector("small");
    this.notes ??= new Map();
    if (!this.notes.has(note)) this.notes.set(note, note.textContent);
    if (!(await copied(url.href, button))) { // it stands above, to be copied from there
      history.replaceState(history.state, "", url);
      note.textContent = failed();
      return;
    }
    note.textContent = this.dataset.done;
    setTimeout(() => {
      note.textContent = this.notes.get(note);
      this.hidePopover();
    }, 1200);
  }
}

customElements.define("share-link", ShareLink);
