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

  // Selected text of a document, with the citation of the passage in which the selection begins.
  const cited = document.querySelector("button.copy-cited");
  if (cited) {
    const selected = () => {
      const selection = getSelection();
      if (!selection.rangeCount || selection.isCollapsed) return null;
      const range = selection.getRangeAt(0);
      const passages = [...document.querySelectorAll(".page .passage")];
      const passage = passages.find((one) => range.intersectsNode(one));
      return passage && { text: selection.toString().trim(), id: passage.id.slice("p-".length) };
    };
    document.addEventListener("selectionchange", () => {
      cited.hidden = !selected();
      cited.textContent = cited.dataset.label;
    });
    // Pressing a button would end the selection.
    cited.addEventListener("pointerdown", (event) => event.preventDefault());
    cited.addEventListener("click", async () => {
      const { text, id } = selected();
      try {
        const answer = await fetch(`${cited.dataset.cite}?id=${id}&style=gbt7714-2025`);
        const entry = Object.values(await answer.json())[0];
        await copy(`“${text}”\n${entry}\n${new URL(`${cited.dataset.passage}${id}`, location.href).href}`);
        cited.textContent = cited.dataset.done;
      } catch {
        // The server has gone, or copying is not allowed: the text can be copied by hand.
      }
    });
  }

  // A link in a note leads to the note itself, so the note that is shown goes.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[popover] a")) event.target.closest("[popover]").hidePopover();
  });

  document.querySelectorAll("button.copy").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        const { link, text } = button.dataset;
        await copy(text ?? readable(new URL(link, location.href).href));
        button.textContent = button.dataset.done;
      } catch {
        // Not allowed: the link beside it can be copied by hand.
      }
    });
  });
})();
