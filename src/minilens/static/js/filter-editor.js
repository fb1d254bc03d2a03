// <filter-editor src="/a/APP/values/" data-allowed='{"text": ["is", …]}'><form>…: the form of one more filter.
// <button data-filter='{"at": "0.0", "field": …}'>: the same form, filled in, for one that holds.
//
// Shows the operators that the chosen field allows, and the values it has in the period, to be ticked.

class FilterEditor extends HTMLElement {
  connectedCallback() {
    for (const kind of ["change", "input", "toggle", "submit"]) this.addEventListener(kind, this);
    document.addEventListener("click", this);
    this.fit();
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
    this.asking?.abort();
    clearTimeout(this.pause);
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === "submit") this.sent = true;
    else if (type === "click") {
      const chip = target.closest?.("[data-filter]");
      if (chip) this.change(JSON.parse(chip.dataset.filter), chip);
    } else if (type === "toggle" && event.newState === "open") this.suggest();
    else if (type === "toggle") this.closed();
    else if (type === "change" && target.name === "filter_field") {
      this.form.filter_operator.selectedIndex = -1;
      this.text.value = "";
      this.list.replaceChildren();
      this.fit();
      this.suggest();
    } else if (type === "change" && target.name === "filter_operator") this.fit();
    else if (type === "change" && target.type === "checkbox") this.text.value = "";
    else if (type === "input" && target === this.text) {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.suggest(), 250);
    }
  }

  get form() { return this.querySelector("form"); }
  get list() { return this.querySelector(".suggested"); }
  get text() { return this.querySelector("input[name=filter_value]:not([type=checkbox])"); }

  // Fills the form in with a filter that holds; it is then put in its place.
  change({ at, field, operator, values }, chip) {
    this.changes(at);
    this.sent = false;
    this.form.filter_field.value = field;
    this.form.filter_operator.value = operator;
    this.fit();
    this.text.value = "";
    this.list.replaceChildren(...values.map((one) => this.offered({ visits: "", ...one }, true)));
    this.showPopover({ source: chip });
  }

  // Whether the form changes a filter, and which; or adds one.
  changes(at) {
    const { filter_at: place } = this.form;
    const button = this.form.querySelector("button.primary");
    button.dataset.add ??= button.textContent;
    if (!at && place.value) this.list.replaceChildren();
    place.value = at;
    place.disabled = !at;
    button.textContent = at ? button.dataset.change : button.dataset.add;
    const join = this.form.querySelector(".join");
    if (join) join.hidden = join.disabled = Boolean(at);
  }

  // What was added is no longer ticked; what was refused stays as it was written, for then it stays open.
  closed() {
    this.changes("");
    if (this.sent) {
      this.text.value = "";
      this.list.replaceChildren();
    }
    this.sent = false;
  }

  // Only what the field allows; the values only where the operator takes some.
  fit() {
    const { filter_field: field, filter_operator: operator } = this.form;
    const allowed = JSON.parse(this.dataset.allowed)[field.selectedOptions[0].dataset.kind];
    for (const option of operator.options) option.hidden = option.disabled = !allowed.includes(option.value);
    if (!allowed.includes(operator.value)) operator.value = allowed[0];
    const alone = "alone" in operator.selectedOptions[0].dataset;
    this.querySelector(".values").hidden = alone;
    for (const input of this.querySelectorAll("[name=filter_value]")) input.disabled = alone;
  }

  async suggest() {
    this.asking?.abort();
    const mine = (this.asking = new AbortController());
    const query = new URLSearchParams(this.dataset.query);
    query.set("search", this.text.value);
    this.list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${this.getAttribute("src")}${this.form.filter_field.value}?${query}`, { signal: mine.signal });
      if (answer.ok) this.show(await answer.json());
    } catch { // without suggestions a value can still be written
    } finally {
      if (mine === this.asking) this.list.removeAttribute("aria-busy");
    }
  }

  show(values) {
    const ticked = [...this.list.querySelectorAll("label:has(:checked)")];
    const had = ticked.map((label) => label.querySelector("input").value);
    const rest = values.filter((one) => !had.includes(one.value)).map((one) => this.offered(one));
    this.list.replaceChildren(...ticked, ...rest);
    if (!ticked.length && !rest.length) this.list.textContent = this.dataset.nothing;
  }

  offered({ value, title, visits }, checked = false) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "filter_value", value, checked });
    const name = Object.assign(document.createElement("span"), { textContent: title, title });
    const count = Object.assign(document.createElement("small"), { textContent: visits });
    const label = document.createElement("label");
    label.append(box, name, count);
    return label;
  }
}

customElements.define("filter-editor", FilterEditor);
