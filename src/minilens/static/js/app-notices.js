// <app-notices src="…" data-offline="…" data-every="3">: lines above the figures, or about something that is waited for,
// asked for again every so often (seconds) while the page is seen. Says by itself that the browser is offline; what was told before stays until there is an answer.

const EVERY = 20;

class AppNotices extends HTMLElement {
  static observedAttributes = ["src"];

  connectedCallback() {
    this.offline = Object.assign(document.createElement("p"), { className: "told bad", hidden: true });
    this.offline.setAttribute("role", "status");
    this.offline.textContent = this.dataset.offline;
    this.lines = document.createElement("div");
    this.lines.append(...this.childNodes);
    this.replaceChildren(this.offline, this.lines);
    for (const name of ["online", "offline"]) addEventListener(name, this);
    document.addEventListener("visibilitychange", this);
    this.look();
  }

  disconnectedCallback() {
    for (const name of ["online", "offline"]) removeEventListener(name, this);
    document.removeEventListener("visibilitychange", this);
    clearTimeout(this.timer);
  }

  attributeChangedCallback(name, before) { if (before !== null) this.look(); }

  handleEvent() { this.look(); }

  async look() {
    clearTimeout(this.timer);
    this.offline.hidden = navigator.onLine;
    if (document.hidden) return;
    this.timer = setTimeout(() => this.look(), (this.dataset.every ?? EVERY) * 1000);
    if (!navigator.onLine) return;
    try {
      const answer = await fetch(this.getAttribute("src"), { headers: { accept: "text/html" } });
      const text = (await answer.text()).trim();
      // a role="alert" is read out whenever it is written anew
      if (!answer.ok || text === this.told) return;
      this.told = text;
      this.lines.replaceChildren(document.createRange().createContextualFragment(text));
    } catch { /* the cards say that the server does not answer */ }
  }
}

customElements.define("app-notices", AppNotices);
