// <copy-button data-done="Copied"><pre>…</pre><button>…</button></copy-button>: copies the text of the pre.

import { copied } from "./copying.js";

class CopyButton extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this); }

  async handleEvent(event) {
    const button = event.target.closest("button");
    if (!button) return;
    this.says ??= button.textContent;
    const pre = this.querySelector("pre");
    const done = await copied(pre.textContent, button);
    if (!done) getSelection().selectAllChildren(pre);
    button.textContent = done ? this.dataset.done : document.documentElement.dataset.notCopied;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { button.textContent = this.says; }, done ? 1500 : 6000);
  }
}

customElements.define("copy-button", CopyButton);
