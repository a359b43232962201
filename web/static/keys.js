// Stepping through hits with keys and buttons. Every page works without this file.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("js");

  const OFF = "juanzong-keys-off";
  const kept = {
    get off() {
      try {
        return localStorage.getItem(OFF) === "1";
      } catch {
        return false;
      }
    },
    set off(value) {
      try {
        value ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF);
      } catch {
        // Storage may be closed to pages; then the choice holds for this page only.
      }
    },
  };
  let off = kept.off;

  const bar = document.querySelector(".hit-bar");
  const marks = Array.from(document.querySelectorAll("mark[id^='hit-']"));
  const found = Array.from(document.querySelectorAll(".hits .hit"));
  let at = -1;

  const total = () => Number(bar.dataset.hits);
  const numberOf = (mark) => Number(mark.id.slice("hit-".length));

  // On a reading page: go to hit number `index` of this page, and on to the next or previous part at its ends.
  const showMark = (index, focus) => {
    if (marks[at]) marks[at].classList.remove("current");
    at = index;
    const mark = marks[at];
    mark.classList.add("current");
    mark.scrollIntoView({ block: "center", inline: "nearest" });
    history.replaceState(null, "", `#${mark.id}`);
    const position = bar.querySelector(".position");
    position.textContent = `${numberOf(mark)} / ${total()}`;
    position.hidden = false;
    bar.querySelector(".previous").hidden = false;
    const first = bar.querySelector(".first");
    if (first) {
      first.textContent = first.dataset.then;
      first.className = "unseen";
    }
  };

  const stepMark = (by) => {
    if (at < 0 && by > 0) {
      const below = marks.findIndex((mark) => mark.getBoundingClientRect().bottom > 0);
      showMark(below < 0 ? 0 : below);
      return;
    }
    if (at < 0) at = marks.length;
    const next = at + by;
    if (marks[next]) {
      showMark(next);
      return;
    }
    if (marks.length === total()) {
      showMark((next + marks.length) % marks.length);
      return;
    }
    // The neighbour is in another part of the text.
    location.href = by > 0 ? bar.dataset.after : bar.dataset.before;
  };

  // On a results page: the link of the next or previous passage gets the focus, so that Enter opens it.
  const stepFound = (by) => {
    if (found[at]) found[at].classList.remove("current");
    at = Math.min(Math.max(at + by, 0), found.length - 1);
    found[at].classList.add("current");
    found[at].scrollIntoView({ block: "nearest" });
    found[at].querySelector(".read").focus({ preventScroll: true });
  };

  const step = (by) => {
    if (bar && bar.dataset.hits && total()) stepMark(by);
    else if (found.length) stepFound(by);
  };

  if (bar && bar.dataset.hits && total()) {
    const start = () => {
      const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!target || !marks.length) return;
      const index = marks.findIndex(
        (mark) => mark === target || target.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING,
      );
      if (index < 0) return;
      if (marks[index] === target) showMark(index);
      else at = index - 1;
    };
    bar.addEventListener("click", (event) => {
      const link = event.target.closest(".steps a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      stepMark(link.classList.contains("next") ? 1 : -1);
    });
    window.addEventListener("hashchange", start);
    start();
  }

  const typing = (target) =>
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

  document.addEventListener("keydown", (event) => {
    if (off || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) return;
    if (event.key === "/") {
      const box = document.getElementById("q");
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "n" || event.key === "j") step(1);
    else if (event.key === "p" || event.key === "k") step(-1);
  });

  // The bars of a strip are one stop; arrow keys go along them.
  document.querySelectorAll(".strip[role=group]").forEach((strip) => {
    const bars = [...strip.querySelectorAll("a")];
    strip.addEventListener("keydown", (event) => {
      const now = bars.indexOf(document.activeElement);
      const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: bars.length - 1 }[event.key];
      if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      if (!bars[to]) return;
      bars[now].setAttribute("tabindex", "-1");
      bars[to].removeAttribute("tabindex");
      bars[to].focus();
    });
  });

  // A sheet of vertical lines goes on to the left, also by the keys and the wheel that go down elsewhere.
  const sheet = document.querySelector(".sheet[tabindex]");
  if (sheet) {
    const turn = (by) => {
      const before = sheet.scrollLeft;
      sheet.scrollBy({ left: -by });
      return sheet.scrollLeft !== before;
    };
    sheet.addEventListener("keydown", (event) => {
      const page = 0.9 * sheet.clientWidth;
      const by = { " ": event.shiftKey ? -page : page, PageDown: page, PageUp: -page, Home: -1e9, End: 1e9 };
      if (event.target === sheet && by[event.key] && turn(by[event.key])) event.preventDefault();
    });
    sheet.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && Math.abs(event.deltaY) > Math.abs(event.deltaX) && turn(event.deltaY))
          event.preventDefault();
      },
      { passive: false },
    );
  }

  const line = document.querySelector(".keys");
  if (line) {
    const button = line.querySelector("button");
    const list = line.querySelector(".key-list");
    const show = () => {
      button.textContent = off ? line.dataset.on : line.dataset.off;
      list.hidden = off;
    };
    button.addEventListener("click", () => {
      off = !off;
      kept.off = off;
      show();
    });
    line.hidden = false;
    show();
  }
})();
