// <copy-button data-done="Copied"><pre>…</pre><button>…</button></copy-button>: copies the text of the pre.

class CopyButton extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this); }

  disconnectedCallback() { this.removeEventListener("click", this); }

  async handleEvent(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const pre = this.querySelector("pre");
    try {
      await navigator.clipboard.writeText(pre.textContent);
    } catch { // no permission, or not a secure address: leave it selected
      getSelection().selectAllChildren(pre);
      return;
    }
    const before = button.textContent;
    button.textContent = this.dataset.done;
    setTimeout(() => { button.textContent = before; }, 1500);
  }
}

customElements.define("copy-button", CopyButton);
