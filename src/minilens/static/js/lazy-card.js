// <lazy-card src="…">: a card fetched when it comes near the view, and again when its address changes.
//
// The answer is morphed into what is there, so that focus, open menus and charts live on. While it is
// fetched the old figures stay, dimmed; so they do from the moment that the address is another one
// (data-old), until they are those of that address, also where the card is out of sight. Where it fails, figures from before stay and are marked stale;
// a card that never had any shows the failure. One that waits for its turn asks again by itself. At most
// three cards are fetched at once.

const MOST = 3;
const PATIENCE = 30_000;
// As far below the window a card is fetched all the same: a page is printed from where one is.
const NEAR = "4000px";
// In a list of apps only those in sight.
const IN_SIGHT = "200px";
let running = 0;
const waiting = [];

async function turn() {
  if (running >= MOST) await new Promise((go) => waiting.push(go));
  running += 1;
  return () => { running -= 1; waiting.shift()?.(); };
}

class LazyCard extends HTMLElement {
  static observedAttributes = ["src", "aria-busy", "data-old"];

  connectedCallback() {
    this.addEventListener("click", this);
    document.addEventListener("visibilitychange", this);
    this.watch = new IntersectionObserver((seen) => this.inView(seen.at(-1).isIntersecting), { rootMargin: this.closest(".grid") ? NEAR : IN_SIGHT });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this);
    this.watch.disconnect();
    this.fetching?.abort();
    clearTimeout(this.timer);
  }

  attributeChangedCallback(name, before, now) {
    if (name !== "src") {
      if (now === null) this.mark();
    } else if (before !== null && before !== now) {
      const running = this.fetching;
      this.fetching = null;
      this.busy = false;
      running?.abort();
      this.mark();
      this.wanted();
    }
  }

  // Both are the card's own: the page, when it is morphed, knows neither and takes them away.
  mark() {
    this.toggleAttribute("data-old", this.asked === true && this.shown !== this.src);
    if (this.busy) this.setAttribute("aria-busy", "true");
    else this.removeAttribute("aria-busy");
  }

  handleEvent(event) {
    if (event.type === "visibilitychange") {
      if (!document.hidden && this.overdue) this.wanted();
    } else if (event.target.closest("[data-retry]")) {
      this.wanted();
    }
  }

  inView(visible) {
    this.visible = visible;
    if (visible && (this.pending || !this.asked)) this.wanted();
  }

  wanted() {
    this.pending = !this.visible;
    if (this.visible) this.load();
  }

  get src() { return this.getAttribute("src"); }

  async load() {
    this.asked = true;
    this.overdue = false;
    clearTimeout(this.timer);
    this.fetching?.abort();
    const mine = (this.fetching = new AbortController());
    const late = setTimeout(() => mine.abort("late"), Number(this.dataset.patience) || PATIENCE);
    this.busy = true;
    this.mark();
    const done = await turn();
    try {
      if (mine.signal.aborted) throw new DOMException("replaced", "AbortError");
      const answer = await fetch(this.src, { headers: { "X-Minilens-Card": this.id || "1" }, signal: mine.signal });
      const text = await answer.text();
      if (answer.status === 401) {
        this.leaving = true;
        return location.reload();
      }
      if (mine !== this.fetching) return;
      this.soon = answer.status === 503 ? Number(answer.headers.get("Retry-After")) : 0;
      this.style.minHeight = this.soon ? `${this.offsetHeight}px` : "";
      if (answer.ok) await this.show(text);
      else await this.failed(text);
    } catch {
      if (mine === this.fetching) await this.failed("");
    } finally {
      done();
      clearTimeout(late);
      if (mine === this.fetching && !this.leaving) {
        this.busy = false;
        this.mark();
        this.again();
      }
    }
  }

  async show(text) {
    this.template ??= this.querySelector("template[data-failed]")?.innerHTML ?? "";
    await htmx.swap({ text, target: this, sourceElement: this, swap: "innerMorph" });
    this.shown = this.src;
    this.stands = true;
    for (const input of this.querySelectorAll("input[type=search]")) {
      if (input !== document.activeElement) input.value = input.defaultValue;
    }
  }

  async failed(text) {
    this.template ??= this.querySelector("template[data-failed]")?.innerHTML ?? "";
    const note = this.querySelector(".stale");
    if (note && this.stands && this.shown === this.src) {
      note.hidden = this.soon > 0;
      return;
    }
    await this.show(text.includes("data-state") ? text : this.template);
    this.stands = false;
    const asOf = document.getElementById("as-of");
    if (asOf && !document.querySelector("lazy-card:not([data-old]) [data-state=shown]")) asOf.replaceChildren();
  }

  again() {
    const seconds = this.soon || Number(this.querySelector("[data-refresh]")?.dataset.refresh);
    if (!seconds) return;
    this.timer = setTimeout(() => {
      if (document.hidden) this.overdue = true;
      else this.wanted();
    }, seconds * 1000);
  }
}

customElements.define("lazy-card", LazyCard);
