"use strict";
// Does everything without leaving the page and fetches what is new. The page works without it.
(() => {
  document.documentElement.classList.add("js");
  const $ = (id) => document.getElementById(id);
  const log = $("log"), text = $("text"), compose = $("compose"), words = $("words");
  const sheet = $("sheet"), plus = $("plus"), lab = $("lab");
  const asked = { "X-Requested-With": "fetch" };
  let last = log ? Number(log.dataset.last) : 0, timer = 0, busy = false, again = false;

  const failed = (yes) => { const p = $("failed"); if (p) p.hidden = !yes; };
  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const put = (id, html) => {
    const place = $(id);
    if (!place || place.dataset.held === html || place.contains(document.activeElement)) return;
    place.dataset.held = html;
    if (place.innerHTML !== html) place.innerHTML = html;
  };
  const post = async (url, body) => {
    const answer = await fetch(url, { method: "POST", body, headers: asked });
    if (!answer.ok) throw new Error(answer.status);
    return answer.status === 204 ? {} : answer.json();
  };
  // What is opened from a chat covers it on a telephone; here it stands beside it, as wide as one.
  const openPage = (url) => {
    const narrow = window.innerWidth < 700;
    const opened = window.open(url, "wechat-page", narrow ? "" : "popup,width=400,height=780");
    if (opened) opened.focus(); else location.assign(url);
  };

  async function look() {
    clearTimeout(timer);
    if (!log) return;
    if (busy) { again = true; return; }
    busy = true;
    let waiting = false;
    try {
      const lens = sheet.querySelector("[data-pane=scan].shown") && sheet.classList.contains("open") ? "&lens=1" : "";
      const answer = await fetch(`${log.dataset.url}?after=${last}${lens}`);
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
      put("others", got.others);
      put("codes", got.codes);
      if (got.sights !== undefined) put("sights", got.sights);
      put("asks", got.asks);
      put("faults", got.faults);
      if (!$("menu").querySelector("[open]")) put("menu", got.menu);
      if (follow) toEnd();
      failed(false);
    } catch {
      failed(true);
    } finally {
      busy = false;
      if (!document.hidden) timer = setTimeout(look, again || waiting ? 300 : 2000);
      again = false;
    }
  }

  async function send(url, body) {
    try {
      const got = await post(url, body);
      if (got.open) openPage(got.open);
      toEnd();
      await look();
      toEnd();
      return true;
    } catch {
      failed(true);
      return false;
    }
  }

  function grow() {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
  }

  function show(pane) {
    for (const one of sheet.querySelectorAll(".pane")) one.classList.toggle("shown", one.dataset.pane === pane);
    $("tools").hidden = Boolean(pane);
  }

  function openSheet(yes, pane = "", path = "") {
    sheet.classList.toggle("open", yes);
    plus.setAttribute("aria-expanded", String(yes));
    // Which button of the menu asked for the scanner; none: WeChat's own.
    for (const one of sheet.querySelectorAll("[data-scan-path]")) one.value = path;
    show(pane);
    toEnd();
    if (pane) look();
  }

  if (log) {
    compose.addEventListener("submit", async (event) => {
      event.preventDefault();
      const typed = text.value;
      if (!typed.trim()) return;
      text.value = "";
      grow();
      openSheet(false);
      if (!(await send(compose.action, new URLSearchParams({ text: typed })))) text.value = typed;
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
      send(words.action, new URLSearchParams({ text: event.submitter.value }));
    });
    words.addEventListener("click", (event) => {
      const fill = event.target.closest("[data-fill]");
      if (!fill) return;
      text.value = fill.dataset.fill;
      grow();
      text.focus();
    });
    plus.addEventListener("click", () => openSheet(!sheet.classList.contains("open")));
    sheet.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-tool]");
      if (tool) { show(tool.dataset.tool); toEnd(); look(); }
    });
    for (const pane of sheet.querySelectorAll(".pane h2")) {
      const back = document.createElement("button");
      back.type = "button";
      back.className = "tiny";
      back.textContent = "返回";
      back.addEventListener("click", () => show(""));
      pane.append(back);
    }
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
    toEnd();
    look();
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.submitter?.matches("[data-scans]")) {
      event.preventDefault();
      for (const drop of document.querySelectorAll(".drop[open]")) drop.open = false;
      openSheet(true, "scan", event.submitter.value);
    } else if (form.matches("[data-act]")) {
      event.preventDefault();
      // A drawer of the menu, and the sheet, close as on a telephone.
      for (const drop of document.querySelectorAll(".drop[open]")) drop.open = false;
      const body = new FormData(form, event.submitter);
      if (await send(form.action, body)) {
        if (sheet.contains(form)) openSheet(false);
        if (form.action.endsWith("/follow")) location.reload();
      }
    } else if (form.matches("[data-turn]")) {
      event.preventDefault();
      const open = lab.querySelector(".own")?.open;
      try {
        lab.innerHTML = (await post(form.action, new URLSearchParams(new FormData(form, event.submitter)))).html;
        if (open) lab.querySelector(".own").open = true;
        failed(false);
      } catch {
        failed(true);
      }
    }
  });
  document.addEventListener("click", (event) => {
    const page = event.target.closest("[data-page]");
    if (page) { event.preventDefault(); openPage(page.href); }
    for (const drop of document.querySelectorAll(".drop[open]")) if (!drop.contains(event.target)) drop.open = false;
  });
})();
