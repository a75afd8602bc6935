// The stand-in for WeChat's script on a page (JS-SDK): asks for the signature's proof, scans what is pasted, asks which notices may come.
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

  window.wx = {
    config: function (asked) {
      post("config", [
        ["appId", asked.appId], ["timestamp", asked.timestamp], ["nonceStr", asked.nonceStr],
        ["signature", asked.signature], ["url", location.href.split("#")[0]]
      ]).then(function (said) {
        proved = said;
        (said.ok ? ready : failed).forEach(function (act) { act({ errMsg: said.errMsg }); });
      });
    },
    ready: function (act) { if (proved && proved.ok) act(); else ready.push(act); },
    error: function (act) { if (proved && !proved.ok) act(proved); else failed.push(act); },
    scanQRCode: function (asked) {
      var read = window.prompt("微信扫一扫（模拟）：请粘贴二维码里的内容");
      if (!read) { if (asked.cancel) asked.cancel({ errMsg: "scanQRCode:cancel" }); return; }
      if (asked.needResult) asked.success({ resultStr: read, errMsg: "scanQRCode:ok" });
      else if (/^\w+:\/\//.test(read)) location.href = read;
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
        var yes = window.confirm("微信（模拟）：允许公众号发送这项通知吗？ " + id);
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
