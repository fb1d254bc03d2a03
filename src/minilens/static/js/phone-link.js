// <phone-link popover><form>…</form><div class="code"></div></phone-link>: a new code for the address shown,
// each time it opens. Without a script the form's own button makes one.

class PhoneLink extends HTMLElement {
  connectedCallback() { this.addEventListener("toggle", this); }

  async handleEvent(event) {
    const place = this.querySelector(".code");
    if (event.newState !== "open") return place.replaceChildren();
    const form = this.querySelector("form");
    form.hidden = true;
    form.elements.at.value = location.pathname + location.search;
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Minilens-Card": "1" } });
      place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    } catch { // no connection: the button is back
      form.hidden = false;
    }
  }
}

customElements.define("phone-link", PhoneLink);
