// Forms that change something are sent without leaving their page. What is refused or not answered keeps what was
// typed and says why, at its field; what is done leads on to the address of the answer. So no page that stands is the
// answer to a form, and loading one again sends nothing.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || "file" in form.dataset) return; // answered by a file: the page stays
  event.preventDefault();
  event.stopPropagation();
  if (form.ariaBusy !== "true") send(form, event.submitter, event.submitter?.getAttribute("formaction"));
}, true);

async function send(form, submitter, action) {
  const body = new URLSearchParams(new FormData(form, submitter));
  const headers = { "Accept": "application/problem+json", "X-Minilens-Form": "1" };
  form.ariaBusy = "true";
  try {
    const answer = await fetch(action ?? form.getAttribute("action"), { method: "POST", body, headers });
    const onward = answer.headers.get("X-Minilens-Location");
    if (onward) return lead(onward);
    const text = await answer.text();
    if (answer.headers.get("Content-Type").includes("json")) refused(form, JSON.parse(text));
    else drawnAgain(form, text);
  } catch {
    refused(form, { status: 0, message: part("message").textContent });
  }
  form.ariaBusy = null;
}

// To the page that the form stood on as well, or to a part of it: it is another one now.
function lead(address) {
  const [there, here] = [address, location].map((one) => new URL(one, location));
  location.assign(there);
  if (there.pathname + there.search === here.pathname + here.search) location.reload();
}

const part = (name) => document.getElementById("refused").content.querySelector(`[data-${name}]`);

// Why, beside the field where it is one that is seen, else above the form's fields.
function refused(form, { status, field, message }) {
  form.querySelector("[data-why]")?.remove();
  form.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  const why = document.createElement("div");
  why.className = "wrong why";
  why.dataset.why = "";
  why.setAttribute("role", "alert");
  why.append(message);
  if (!status) why.append(part("again").cloneNode(true));
  if (status === 401) {
    const door = part("door").cloneNode(true);
    door.href += encodeURIComponent(location.pathname + location.search);
    why.append(door);
  }
  const input = field && form.querySelector(`[name="${CSS.escape(field)}"]:not([type=hidden])`);
  if (!input) return form.prepend(why);
  why.id = `why-${field}`;
  (input.closest(".field, label") ?? input).after(why);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", why.id);
  input.focus();
}

// The page once more, as the server writes it with what was typed and what is wrong. It never repeats a password.
function drawnAgain(form, text) {
  const there = new DOMParser().parseFromString(text, "text/html");
  const main = there.querySelector("main");
  const alike = (root) => [...root.querySelectorAll("form")].filter((one) => one.getAttribute("action") === form.getAttribute("action"));
  const same = alike(main)[alike(document).indexOf(form)];
  for (const input of same ? form.querySelectorAll("input[type=password]") : []) same.elements[input.name].value = input.value;
  if (form.closest("details") && same?.closest("details")) same.closest("details").open = true;
  document.title = there.title;
  const stood = [...document.querySelectorAll("lazy-card")].filter((one) => one.stands);
  document.querySelector("main").replaceWith(main);
  globalThis.htmx?.process(main);
  // figures that are the same stay, and what is typed is in the address
  for (const card of main.querySelectorAll("lazy-card")) card.replaceWith(stood.find((one) => one.src === card.src) ?? card);
  const { at } = main.querySelector("[data-at]")?.dataset ?? {};
  if (at) history.replaceState(null, "", at);
  const wrong = main.querySelector("[aria-invalid=true], [data-focus]:enabled, h2[data-focus]") ?? main.querySelector("[role=alert]");
  if (wrong?.matches("p, div")) wrong.tabIndex = -1;
  wrong?.focus();
}

// Alt with an arrow presses the button for it of the part that one is in.
document.addEventListener("keydown", (event) => {
  const button = event.altKey && event.target.closest("[data-moves]")?.querySelector(`[data-arrow=${CSS.escape(event.key)}]:enabled`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
