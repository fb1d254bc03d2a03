// <share-link data-done="Copied">: copies this address, with the language of a button's data-lang.

class ShareLink extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this); }

  disconnectedCallback() { this.removeEventListener("click", this); }

  async handleEvent(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const url = new URL(location.href);
    url.searchParams.delete("lang");
    if (button.dataset.lang) url.searchParams.set("lang", button.dataset.lang);
    try {
      await navigator.clipboard.writeText(url.href);
    } catch { // no permission, or not a secure address: it stands above, to be copied from there
      history.replaceState(history.state, "", url);
      return;
    }
    const note = button.querySelector("small");
    const before = note.textContent;
    note.textContent = this.dataset.done;
    setTimeout(() => {
      note.textContent = before;
      this.hidePopover();
    }, 1200);
  }
}

customElements.define("share-link", ShareLink);
