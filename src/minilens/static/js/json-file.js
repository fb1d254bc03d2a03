// <json-file data-keep="pages tabBar">: a chosen file fills the text field, with no more of it than is kept.

class JsonFile extends HTMLElement {
  connectedCallback() {
    this.querySelector("[hidden]").hidden = false;
    this.addEventListener("change", this);
  }

  async handleEvent({ target }) {
    if (!target.files?.[0]) return;
    const text = await target.files[0].text(), area = this.querySelector("textarea");
    area.value = text;
    try {
      const given = JSON.parse(text), kept = this.dataset.keep.split(" ").filter((name) => name in given);
      area.value = JSON.stringify(Object.fromEntries(kept.map((name) => [name, given[name]])), null, 1);
    } catch { /* the server says what is wrong with it */ }
  }
}

customElements.define("json-file", JsonFile);
