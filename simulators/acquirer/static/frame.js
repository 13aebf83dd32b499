/* Inside the frame: hands the token, or the wish to leave, to the one page that may frame this one. */
(function () {
  "use strict";

  var merchant = document.body.dataset.origin;
  var sent = document.getElementById("sent");
  var form = document.getElementById("card-form");
  var summary = document.getElementById("error-summary");

  function tell(message) {
    if (merchant && window.parent !== window) { window.parent.postMessage(message, merchant); }
  }

  if (sent) {
    tell({ type: "acquirer:token", transactionToken: sent.dataset.token, customerEmail: sent.dataset.email,
      channel: sent.dataset.channel });
  }
  document.querySelectorAll("[data-cancel]").forEach(function (button) {
    button.addEventListener("click", function () { tell({ type: "acquirer:cancel" }); });
  });
  if (!sent) {
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { tell({ type: "acquirer:cancel" }); }
    });
  }
  if (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sending) { event.preventDefault(); }
      form.dataset.sending = "yes";
    });
  }
  if (summary) { summary.focus(); }
}());
