// A list that is filtered while one types, on the server. Every page works without this file.
"use strict";

(() => {
  const form = document.querySelector("form.arrange");
  if (!form) return;
  let last = "";
  let timer = 0;

  const show = async () => {
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    if (address === last) return;
    last = address;
    const answer = await fetch(address);
    const text = await answer.text();
    if (!answer.ok || last !== address) return;
    const found = new DOMParser().parseFromString(text, "text/html");
    document.querySelector("#listed").replaceWith(found.querySelector("#listed"));
    history.replaceState(null, "", address);
  };

  const soon = (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(show, 150);
  };
  form.addEventListener("input", soon);
  form.addEventListener("compositionend", soon);
  form.querySelector("button").hidden = true;
})();
