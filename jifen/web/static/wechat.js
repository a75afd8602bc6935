// What a page cannot do without WeChat: scan a code, ask which notices may come.
// Buttons marked data-wechat stay hidden until WeChat has accepted the page's signature.
// WeCom does the same, but asks nobody about notices: there only the scanner is shown.
(function () {
  "use strict";
  var own = document.currentScript;
  if (!/MicroMessenger/.test(navigator.userAgent) && !("anywhere" in own.dataset)) return;

  function all(mark, act) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-" + mark + "]"), act);
  }


  function ask(signed) {
    window.wx.config({
      beta: signed.wecom,
      debug: false,
      appId: signed.appId,
      timestamp: signed.timestamp,
      nonceStr: signed.nonceStr,
      signature: signed.signature,
      jsApiList: ["scanQRCode"],
      openTagList: ["wx-open-subscribe"]
    });
    window.wx.ready(function () {
      all("wechat", function (one) { one.hidden = signed.wecom && !one.querySelector("[data-scan]"); });
    });
  }

  all("scan", function (button) {
    button.addEventListener("click", function () {
      // WeChat opens what was scanned, as its own scanner does.
      window.wx.scanQRCode({ needResult: 0, scanType: ["qrCode"] });
    });
  });

  all("ask", function (button) {
    button.addEventListener("success", function () {
      all("answered", function (one) { one.hidden = false; });
    });
  });

  var sdk = document.createElement("script");
  sdk.src = own.dataset.sdk;
  sdk.onload = function () {
    var here = location.href.split("#")[0];
    fetch("/m/js-sdk?url=" + encodeURIComponent(here), { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
      .then(ask)
      .catch(function () { /* the page is whole without it */ });
  };
  document.head.appendChild(sdk);
})();
