// The whole address on a printed page: the server does not know its host. Without this file it is the path.
"use strict";

addEventListener("beforeprint", () => {
  const shown = document.querySelector(".printed .address");
  try {
    // As people read it; a blank would end the address for who types it.
    shown.textContent = decodeURI(location.href).replace(/\s/g, "%20");
  } catch {
    shown.textContent = location.href;
  }
});
