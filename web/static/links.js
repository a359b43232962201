// Addresses as people read them, on paper and on the clipboard. Every page works without this file.
"use strict";

(() => {
  const readable = (address) => {
    try {
      // A blank would end the address for who types it.
      return decodeURI(address).replace(/\s/g, "%20");
    } catch {
      return address;
    }
  };

  // The server does not know its host; without this it is the path.
  addEventListener("beforeprint", () => {
    document.querySelector(".printed .address").textContent = readable(location.href);
  });

  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Without TLS there is no clipboard, but for this machine's own pages.
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };

  document.querySelectorAll("button.copy").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await copy(readable(new URL(button.dataset.link, location.href).href));
        button.textContent = button.dataset.done;
      } catch {
        // Not allowed: the link beside it can be copied by hand.
      }
    });
  });
})();
