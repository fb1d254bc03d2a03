// <theme-switch data-theme="system">: as the system, light, dark; kept in a cookie that the server reads.

const THEMES = ["system", "light", "dark"];

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.label();
  }

  disconnectedCallback() { this.removeEventListener("click", this); }

  handleEvent() {
    const theme = THEMES[(THEMES.indexOf(this.dataset.theme) + 1) % THEMES.length];
    this.dataset.theme = theme;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    document.cookie = `minilens_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    this.label();
    document.dispatchEvent(new Event("themechange"));
  }

  label() {
    const name = JSON.parse(this.dataset.names)[this.dataset.theme];
    const button = this.querySelector("button");
    button.setAttribute("aria-label", name);
    button.title = name;
  }
}

customElements.define("theme-switch", ThemeSwitch);
