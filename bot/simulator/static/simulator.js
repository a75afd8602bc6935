"use strict";
// Sends without leaving the page and fetches what is new. The page works without it.
(() => {
  document.documentElement.classList.add("js");
  const $ = (id) => document.getElementById(id);
  const log = $("log"), text = $("text"), compose = $("compose"), words = $("words");
  let last = Number(log.dataset.last), timer = 0, busy = false;

  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;

  async function look() {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    let waiting = false;
    try {
      const answer = await fetch(`${log.dataset.url}?after=${last}`);
      if (!answer.ok) throw new Error(answer.status);
      const got = await answer.json();
      const follow = nearEnd();
      waiting = got.waiting;
      if (got.last !== last) {
        $("hello")?.remove();
        $("typing").insertAdjacentHTML("beforebegin", got.html);
        last = got.last;
        if (words.innerHTML !== got.words) { words.innerHTML = got.words; words.scrollLeft = 0; }
      }
      $("typing").hidden = !waiting;
      if ($("others").innerHTML !== got.others) $("others").innerHTML = got.others;
      if (follow) toEnd();
      $("failed").hidden = true;
    } catch {
      $("failed").hidden = false;
    } finally {
      busy = false;
      if (!document.hidden) timer = setTimeout(look, waiting ? 400 : 2000);
    }
  }

  async function send(words) {
    const body = new URLSearchParams({ text: words });
    try {
      const answer = await fetch(compose.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) throw new Error(answer.status);
      toEnd();
      await look();
      toEnd();
      return true;
    } catch {
      $("failed").hidden = false;
      return false;
    }
  }

  function grow() {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
  }

  compose.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = text.value;
    if (!typed.trim()) return;
    text.value = "";
    grow();
    if (!(await send(typed))) text.value = typed;
    text.focus();
  });
  text.addEventListener("input", grow);
  text.addEventListener("keydown", (event) => {
    // While an input method is composing, Enter chooses a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      compose.requestSubmit();
    }
  });
  words.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.submitter.value);
  });
  words.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fill]");
    if (!fill) return;
    text.value = fill.dataset.fill;
    grow();
    text.focus();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  toEnd();
  look();
})();
