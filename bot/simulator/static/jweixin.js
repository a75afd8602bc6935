// The stand-in for WeChat's script on a page (JS-SDK): asks for the signature's proof, scans what lies before the lens, asks which notices may come.
(function () {
  "use strict";
  var ready = [], failed = [], proved = null;

  function post(path, values) {
    return fetch("/simulator/js/" + path, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(values)
    }).then(function (answer) { return answer.json(); });
  }

  // The scanner: what lies before the lens is chosen, held up as a picture, or typed.
  function lens(asked) {
    var window_ = document.createElement("dialog"), form = document.createElement("form");
    window_.className = "wx-lens";
    window_.setAttribute("aria-label", "微信扫一扫（模拟）");
    window_.innerHTML = "<h2>微信扫一扫（模拟）</h2><p>镜头前是什么？</p><div data-sights></div>";
    form.innerHTML = "<p><label>对着一张图片：<input type='file' name='picture' accept='image/*'></label></p>" +
      "<p><label>或填二维码里的内容：<input name='content' maxlength='1000' autocomplete='off'></label></p>" +
      "<p><button>扫这个</button> <button type='button' data-close>取消</button></p><p role='alert' data-failed></p>";
    window_.append(form);
    document.body.append(window_);
    var failed = form.querySelector("[data-failed]"), cancelled = true;

    function scan(body) {
      body.append("result", asked.needResult ? "1" : "0");
      fetch("/simulator/js/scan", { method: "POST", credentials: "same-origin", body: body })
        .then(function (answer) { return answer.json(); })
        .then(function (said) {
          if (!said.ok) { failed.textContent = "没有认出二维码，请换一张清楚的图片。"; return; }
          cancelled = false;
          window_.close();
          if (asked.needResult) asked.success({ resultStr: said.read, errMsg: "scanQRCode:ok" });
          else location.href = said.open;
        })
        .catch(function () { failed.textContent = "连不上模拟器，请稍后再试。"; });
    }
    form.addEventListener("submit", function (event) { event.preventDefault(); scan(new FormData(form)); });
    form.querySelector("[data-close]").addEventListener("click", function () { window_.close(); });
    window_.addEventListener("close", function () {
      window_.remove();
      if (cancelled && asked.cancel) asked.cancel({ errMsg: "scanQRCode:cancel" });
    });
    window_.showModal();
    fetch("/simulator/js/lens", { credentials: "same-origin" })
      .then(function (answer) { return answer.json(); })
      .then(function (told) {
        var place = window_.querySelector("[data-sights]");
        told.sights.forEach(function (one) {
          var button = document.createElement("button"), body = new FormData();
          button.type = "button";
          button.className = "quiet";
          button.textContent = one.where + "：" + one.words;
          body.append("content", one.content);
          button.addEventListener("click", function () { scan(body); });
          place.append(button);
        });
      });
  }

  window.wx = {
    config: function (asked) {
      post("config", [
        ["appId", asked.appId], ["beta", asked.beta ? "1" : ""], ["timestamp", asked.timestamp], ["nonceStr", asked.nonceStr],
        ["signature", asked.signature], ["url", location.href.split("#")[0]]
      ]).then(function (said) {
        proved = said;
        (said.ok ? ready : failed).forEach(function (act) { act({ errMsg: said.errMsg }); });
      });
    },
    ready: function (act) { if (proved && proved.ok) act(); else ready.push(act); },
    error: function (act) { if (proved && !proved.ok) act(proved); else failed.push(act); },
    scanQRCode: function (asked) {
      lens(asked);
    }
  };

  window.customElements.define("wx-open-subscribe", class extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      var shadow = this.attachShadow({ mode: "open" });
      shadow.innerHTML = Array.prototype.map.call(
        this.querySelectorAll("script[type='text/wxtag-template']"),
        function (part) { return part.textContent; }
      ).join("");
      shadow.addEventListener("click", this.ask.bind(this));
    }
    ask() {
      var asked = this.getAttribute("template").split(","), here = this, details = {};
      var values = asked.map(function (id) { return ["template", id]; });
      asked.forEach(function (id) {
        var title = proved && proved.titles && proved.titles[id] || id;
        var yes = window.confirm("微信（模拟）：允许公众号给您发一条“" + title + "”吗？");
        details[id] = JSON.stringify({ status: yes ? "accept" : "reject" });
        if (yes) values.push(["yes", id]);
      });
      post("agree", values).then(function () {
        here.dispatchEvent(new CustomEvent("success", {
          detail: { errMsg: "subscribe:ok", subscribeDetails: JSON.stringify(details) }
        }));
      });
    }
  });
})();
