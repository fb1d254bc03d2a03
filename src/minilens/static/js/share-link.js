// <share-link data-done="Copied">: copies this address, with the language of a button's data-lang.

import { copied } from "./copying.js";

class ShareLink extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this); }

  async handleEvent(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const url = new URL(location.href);
    url.searchParams.delete("lang");
    if (button.dataset.lang) url.searchParams.set("lang", button.dataset.lang);
    const note = button.querySelector("small");
    note.dataset.before ??= note.textContent;
    if (!(await copied(url.href, button))) { // it stands above, to be copied from there
      history.replaceState(history.state, "", url);
      note.textContent = document.documentElement.dataset.notCopied;
      return;
    }
    note.textContent = this.dataset.done;
    setTimeout(() => {
      note.textContent = note.dataset.before;
      this.hidePopover();
    }, 1200);
  }
}

customElements.define("share-link", ShareLink);
