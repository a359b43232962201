// Words of the archive while a query is typed. Without this script the search box works as before.
(() => {
  "use strict";
  const WAIT = 80; // milliseconds without a key

  const attach = (box) => {
    const form = box.form;
    const address = new URL("api/v1/suggest", new URL(form.action, document.baseURI));
    const list = document.createElement("ul");
    list.id = `${box.id}-suggestions`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.lang = "zh";
    list.hidden = true;
    form.append(list);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", list.id);

    let typed = box.value;
    let at = -1;
    let timer = 0;
    let asking = null;

    const close = () => {
      clearTimeout(timer);
      if (asking) asking.abort();
      list.hidden = true;
      at = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };

    // Beyond either end stands what was typed.
    const choose = (index) => {
      const items = [...list.children];
      at = index < items.length ? index : -1;
      items.forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
      box.value = at < 0 ? typed : items[at].dataset.text;
      if (at < 0) box.removeAttribute("aria-activedescendant");
      else {
        box.setAttribute("aria-activedescendant", items[at].id);
        items[at].scrollIntoView({ block: "nearest" });
      }
    };

    const show = (suggestions) => {
      at = -1;
      box.removeAttribute("aria-activedescendant");
      list.replaceChildren(
        ...suggestions.map(({ text, passages }, i) => {
          const item = document.createElement("li");
          item.id = `${list.id}-${i}`;
          item.setAttribute("role", "option");
          item.setAttribute("aria-selected", "false");
          item.dataset.text = text;
          const count = document.createElement("span");
          count.className = "count";
          count.textContent = passages.toLocaleString("en");
          item.append(text, " ", count);
          return item;
        }),
      );
      list.hidden = !suggestions.length;
      box.setAttribute("aria-expanded", String(!list.hidden));
    };

    const ask = async () => {
      asking = new AbortController();
      address.search = new URLSearchParams({ q: typed });
      try {
        const answer = await fetch(address, { signal: asking.signal });
        if (!answer.ok) return close();
        const { query, suggestions } = await answer.json();
        if (query === typed && document.activeElement === box) show(suggestions);
      } catch {
        // Given up for a newer one, or the server is gone: the box stays what it was.
      }
    };

    box.addEventListener("input", (event) => {
      if (event.isComposing) return;
      close();
      typed = box.value;
      if (typed.trim()) timer = setTimeout(ask, WAIT);
    });
    box.addEventListener("compositionstart", close); // the input method shows words of its own there
    box.addEventListener("compositionend", () => box.dispatchEvent(new Event("input")));
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(event.key === "ArrowDown" ? at + 1 : (at < 0 ? list.children.length : at) - 1);
      } else if (event.key === "Escape") {
        event.preventDefault();
        box.value = typed;
        close();
      }
    });
    box.addEventListener("blur", close);
    form.addEventListener("submit", close);
    list.addEventListener("mousedown", (event) => {
      const item = event.target.closest("li");
      event.preventDefault(); // the box keeps the focus
      if (!item || event.button) return;
      box.value = item.dataset.text;
      form.requestSubmit();
    });
  };

  document.querySelectorAll("form.search input[type=search]").forEach(attach);
})();
