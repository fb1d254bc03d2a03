// <form data-send>: is sent as soon as it is there. A preview of the address runs no script and sends nothing.
document.querySelector("form[data-send]").requestSubmit();
