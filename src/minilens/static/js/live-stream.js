// <live-stream src="…">: newest events as they arrive (server-sent events), the newest on top.
//
// Lines that arrive while the list is pointed at, or focused within, or paused wait until that is over. A
// page that is not looked at closes the connection, and goes on where it was.

const MOST = 50;
const AGAIN = 5_000;

class LiveStream extends HTMLElement {
  static observedAttributes = ["src"];

  connectedCallback() {
    this.texts = JSON.parse(this.dataset.texts);
    this.list = this.querySelector(".events");
    this.line = this.querySelector("template").content.firstElementChild;
    this.held = [];
    for (const kind of ["pointerenter", "pointerleave", "focusin", "focusout"]) this.list.addEventListener(kind, this);
    this.querySelector(".pause").addEventListener("click", this);
    document.addEventListener("visibilitychange", this);
    this.open();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this);
    this.close();
  }

  attributeChangedCallback(name, before, now) {
    if (before === null || before === now || !this.list) return;
    this.close();
    this.last = undefined;
    this.held = [];
    this.list.replaceChildren();
    this.open();
  }

  handleEvent(event) {
    if (event.type === "visibilitychange") {
      if (document.hidden) this.close();
      else this.open();
    } else if (event.type === "click") {
      this.paused = event.target.getAttribute("aria-pressed") !== "true";
      event.target.setAttribute("aria-pressed", this.paused);
    } else if (event.type.startsWith("pointer")) {
      this.pointed = event.type === "pointerenter" && event.pointerType !== "touch";
    } else {
      this.focused = event.type === "focusin";
    }
    this.write();
  }

  open() {
    if (document.hidden || this.source) return;
    this.say("connecting");
    const address = new URL(this.getAttribute("src"), location.href);
    if (this.last) address.searchParams.set("after", this.last);
    this.source = new EventSource(address);
    this.source.addEventListener("newest", (event) => this.arrived(event));
    this.source.onopen = () => this.say("listening");
    this.source.onerror = () => this.failed();
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  // A connection that breaks is opened again by the browser; one that is refused only by us.
  failed() {
    this.say("lost");
    if (this.source?.readyState !== EventSource.CLOSED) return;
    this.close();
    this.timer = setTimeout(() => this.open(), AGAIN);
  }

  arrived(event) {
    this.last = event.lastEventId;
    this.held = [...JSON.parse(event.data), ...this.held].slice(0, MOST);
    this.dataset.seen = "";
    this.say("listening");
    this.write();
  }

  write() {
    if (this.paused || this.pointed || this.focused) return this.say();
    this.list.prepend(...this.held.map((event) => this.written(event)));
    this.held = [];
    while (this.list.children.length > MOST) this.list.lastElementChild.remove();
    this.say();
  }

  written(event) {
    const line = this.line.cloneNode(true);
    for (const place of line.querySelectorAll("[data-text]")) {
      place.textContent = event[place.dataset.text];
      if (!place.textContent) place.remove();
    }
    line.querySelector("time").dateTime = event.moment;
    line.querySelector("b").title = event.event;
    return line;
  }

  say(state = this.state) {
    this.state = state;
    this.dataset.state = state;
    const waits = this.held.length ? this.texts.held.replace("{n}", this.held.length) : "";
    const word = state === "lost" ? this.texts.lost : waits || (this.paused ? this.texts.paused : this.texts[state]);
    const place = this.querySelector(".word");
    if (place.textContent !== word) place.textContent = word;
  }
}

customElements.define("live-stream", LiveStream);
