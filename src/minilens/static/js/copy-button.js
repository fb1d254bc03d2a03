// <copy-button data-done="Copied"><pre>…</pre><button>…</button></copy-button>: copies the text of the pre.

import { copied, failed } from "./copying.js";

class CopyButton extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this); }

  disconnectedCallback() { this.removeEventListener("click", this); }

  async handleEvent(event) {
    const button = event.target.closest("button");
    if (!button) return;
    this.says ??= button.textContent;
    const pre = this.querySelector("pre");
    const done = await copied(pre.textContent, button);
    if (!done) getSelection().selectAllChildren(pre);
    button.textContent = done ? this.dataset.done : failed();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { button.textContent = this.says; }, done ? 1500 : 6000);
  }
}

customElements.define("copy-button", CopyButton);
