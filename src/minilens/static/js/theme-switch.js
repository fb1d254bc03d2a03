// <theme-switch>: as the system, light, dark; kept in a cookie that the server reads.

const THEMES = ["system", "light", "dark"];

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    document.addEventListener("themechange", this);
    this.label();
  }

  disconnectedCallback() { document.removeEventListener("themechange", this); }

  get theme() { return document.documentElement.dataset.theme ?? "system"; }

  handleEvent(event) {
    if (event.type === "themechange") return this.label();
    const theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length];
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    document.cookie = `minilens_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    document.dispatchEvent(new Event("themechange"));
  }

  label() {
    this.querySelector("span").textContent = JSON.parse(this.dataset.names)[this.theme];
  }
}

customElements.define("theme-switch", ThemeSwitch);
