// Exact numbers that take long, a share at a time, so that one sees how far it is and can stop.
// Without this file the link asks for all of them at once.
"use strict";

(() => {
  const link = document.querySelector("a.count-places[data-count]");
  if (!link) return;
  const number = new Intl.NumberFormat("en");

  const said = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => number.format(values[name]));

  link.addEventListener("click", async (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const progress = document.createElement("span");
    progress.setAttribute("role", "status");
    progress.className = "counting";
    const bar = document.createElement("progress");
    const stop = document.createElement("button");
    stop.type = "button";
    stop.textContent = link.dataset.stop;
    const stopping = new AbortController();
    stop.addEventListener("click", () => stopping.abort());
    link.replaceWith(bar, " ", progress, " ", stop);
    const sum = { done: 0, of: 1, passages: 0, n: 0 };
    try {
      while (sum.done < sum.of) {
        const address = `${link.dataset.count}&start=${sum.done}`;
        const answer = await fetch(address, { signal: stopping.signal });
        if (!answer.ok) throw new Error(answer.statusText);
        const share = await answer.json();
        sum.done = share.looked_at;
        sum.of = share.of;
        sum.passages += share.passages;
        sum.n += share.occurrences;
        bar.max = sum.of;
        bar.value = sum.done;
        progress.textContent = said(link.dataset.said, sum);
      }
      progress.textContent = said(link.dataset.counted, sum);
      bar.remove();
      stop.remove();
    } catch {
      bar.replaceWith(link);
      progress.remove();
      stop.remove();
    }
  });
})();
