// Puts a text on the clipboard; false where the browser lets nobody, and then it says so.
//
// A page that came by plain http has no navigator.clipboard: there the older way copies what is selected.

export async function copied(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // no permission, or not a secure address
    return selectedAndCopied(text, button);
  }
}

function selectedAndCopied(text, button) {
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "to-copy" });
  button.after(field); // within its popover, which closes when something outside of it is focused
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    button.focus();
  }
}
