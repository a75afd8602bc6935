// Where this telephone is, asked only when its owner presses the button. On a page with a fence the answer is
// yes or no and is worked out here: the point is neither sent nor kept. On the organiser's page it fills two fields.
"use strict";
(function () {
  function metres(lat, lon, lat2, lon2) {
    var r = Math.PI / 180, a = Math.sin((lat2 - lat) * r / 2), b = Math.sin((lon2 - lon) * r / 2);
    return 12742000 * Math.asin(Math.sqrt(a * a + Math.cos(lat * r) * Math.cos(lat2 * r) * b * b));
  }
  function ask(button, then) {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(function (at) { then(at.coords); }, function () {
      button.disabled = false;
      button.form.querySelector("[data-failed]").hidden = false;
    }, { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 });
  }
  document.querySelectorAll("[data-fence],[data-here]").forEach(function (button) {
    if (!navigator.geolocation) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      ask(button, function (at) {
        var form = button.form;
        if (button.dataset.here !== undefined) {
          form.elements.fence_lat.value = at.latitude.toFixed(5);
          form.elements.fence_lon.value = at.longitude.toFixed(5);
          button.disabled = false;
          return;
        }
        var fence = button.dataset.fence.split(",").map(Number);
        var reach = fence[2] + Math.min(at.accuracy || 0, 200);
        form.elements.inside.value = metres(fence[0], fence[1], at.latitude, at.longitude) <= reach ? "1" : "0";
        form.submit();
      });
    });
  });
})();
