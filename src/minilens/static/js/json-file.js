// <json-file data-keep="pages tabBar">: a chosen file fills the text field, with no more of it than is kept; UTF-8, or GBK.

class JsonFile extends HTMLElement {
  connectedCallback() {
    this.querySelector("[hidden]").hidden = false;
    this.addEventListener("change", this);
  }

  async handleEvent({ target }) {
    if (!target.files?.[0]) return;
    const bytes = await target.files[0].arrayBuffer(), area = this.querySelector("textarea"), forms = ["utf-8", "gb18030"];
    area.value = forms.map((name) => new TextDecoder(name).decode(bytes)).find((text) => !/\ufffd/.test(text)) ?? "";
    try {
      const given = JSON.parse(area.value), kept = this.dataset.keep.split(" ").filter((name) => name in given);
      area.value = JSON.stringify(Object.fromEntries(kept.map((name) => [name, given[name]])), null, 1);
    } catch { /* the server says what is wrong with it */ }
  }
}

customElements.define("json-file", JsonFile);
