// <command-palette src="/a/APP/palette">: places by their names, in either language. Every word that is typed must be
// somewhere in the names; where a name begins with it, it stands first.

const MOST = 12;

class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("input");
    this.list = this.querySelector("ul");
    this.addEventListener("input", this);
    this.addEventListener("keydown", this);
    this.dialog = this.closest("dialog");
    this.dialog.addEventListener("toggle", this);
  }

  handleEvent(event) {
    if (event.type === "toggle") return event.newState === "open" && this.begin();
    if (event.type === "input") return this.show();
    if (event.isComposing || event.keyCode === 229) return undefined;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(this.chosen + step);
    else if (event.key === "Enter") this.options[this.chosen]?.click();
    else return undefined;
    return event.preventDefault();
  }

  get options() { return this.list.children; }

  async begin() {
    this.box.value = "";
    this.box.focus();
    this.places ??= await this.fetched();
    this.show();
  }

  async fetched() {
    try {
      const answer = await fetch(this.getAttribute("src"), { headers: { accept: "application/json" } });
      return answer.ok ? await answer.json() : undefined;
    } catch { // it is asked again when it is opened again
      return undefined;
    }
  }

  show() {
    const words = this.box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const first = (one) => Number(words.length > 0 && !one.title.toLowerCase().startsWith(words[0]));
    const found = (this.places ?? []).filter((one) => words.every((word) => one.found.includes(word)))
      .sort((a, b) => first(a) - first(b)).slice(0, MOST);
    this.list.replaceChildren(...found.map((one, n) => this.option(one, n)));
    this.querySelector("[role=status]").textContent = found.length ? "" : this.dataset.nothing;
    this.choose(0);
  }

  option({ sort, title, note, href }, n) {
    const item = Object.assign(document.createElement("li"), { role: "option", id: `place-${n}` });
    const name = Object.assign(document.createElement("span"), { textContent: title });
    const more = Object.assign(document.createElement("small"), { textContent: note ? `${sort} · ${note}` : sort });
    item.append(name, more);
    item.addEventListener("click", () => {
      this.dialog.close();
      location.assign(carried(href));
    });
    return item;
  }

  choose(n) {
    const { length } = this.options;
    this.chosen = length ? (n + length) % length : 0;
    for (const [at, option] of [...this.options].entries()) option.setAttribute("aria-selected", String(at === this.chosen));
    const chosen = this.options[this.chosen];
    if (!chosen) return this.box.removeAttribute("aria-activedescendant");
    this.box.setAttribute("aria-activedescendant", chosen.id);
    return chosen.scrollIntoView({ block: "nearest" });
  }
}

// On the same page all that is chosen stays; on another one of the app whose traffic is counted, and the filters.
function carried(href) {
  const there = new URL(href, location.href);
  const here = new URL(location.href);
  const app = (url) => url.pathname.split("/").slice(0, 3).join("/");
  if (app(there) !== app(here) || there.pathname.includes("/settings")) return href;
  const same = there.pathname === here.pathname;
  const found = new URLSearchParams([...here.searchParams].filter(([name]) => name !== "lang" && (same || name === "traffic" || name === "filter")));
  for (const [name, value] of there.searchParams) found.set(name, value);
  there.search = found;
  return there.pathname + there.search + there.hash;
}

customElements.define("command-palette", CommandPalette);
