/* Payment form for a merchant's page: a button, a framed card form, and a token handed back to the enclosing form.
   Works under `script-src <this origin>; frame-src <this origin>`: no inline code, styles only through CSSOM. */
(function () {
  "use strict";

  var script = document.currentScript;
  var home = new URL(script.src).origin;
  var form = script.closest("form");
  var data = script.dataset;
  var returned = ["transactionToken", "customerEmail", "channel"];
  var passedOn = ["sessiontoken", "channel", "merchantid", "purchasenumber", "amount", "merchantname", "showamount",
    "cardholdername", "cardholderlastname", "cardholderemail"];
  var dialog = null;
  var frame = null;
  var timer = null;
  var finished = false;

  function webAddress(text) {
    try {
      var url = new URL(text, document.baseURI);
      return url.protocol === "https:" || url.protocol === "http:" ? url.href : "";
    } catch (error) {
      return "";
    }
  }

  function plain(text) {
    return text === undefined || !/[<>"&;{}=]/.test(text);
  }

  function problems() {
    var wrong = [];
    function check(name, good) { if (!good) { wrong.push("data-" + name); } }
    check("sessiontoken", /^\S+$/.test(data.sessiontoken || ""));
    check("channel", /^(web|mobile|pasarela|callcenter|recurrent)$/.test(data.channel || ""));
    check("merchantid", /^\d{9}$/.test(data.merchantid || ""));
    check("purchasenumber", /^\d{1,9}$/.test(data.purchasenumber || ""));
    check("amount", /^\d{1,7}(\.\d{1,2})?$/.test(data.amount || "") && Number(data.amount) > 0);
    check("expirationminutes", /^[1-9]\d{0,3}$/.test(data.expirationminutes || ""));
    check("timeouturl", Boolean(data.timeouturl && webAddress(data.timeouturl)));
    check("merchantlogo o data-merchantname", Boolean(data.merchantlogo || data.merchantname));
    check("cardholdername", plain(data.cardholdername));
    check("cardholderlastname", plain(data.cardholderlastname));
    return wrong;
  }

  function styled(element, rules) {
    Object.keys(rules).forEach(function (name) { element.style[name] = rules[name]; });
    return element;
  }

  function complain(text) {
    var note = document.createElement("p");
    note.className = "acquirer-error";
    note.setAttribute("role", "alert");
    note.textContent = text;
    script.insertAdjacentElement("afterend", note);
    console.error("checkout.js: " + text);
  }

  function frameAddress() {
    var url = new URL("/v2/form", home);
    passedOn.forEach(function (name) { if (data[name]) { url.searchParams.set(name, data[name]); } });
    url.searchParams.set("origin", window.location.origin);
    return url.href;
  }

  function drawFrame() {
    frame = document.createElement("iframe");
    frame.id = "acquirer-frame";
    frame.name = "acquirer-frame";
    frame.title = "Formulario de pago con tarjeta";
    frame.src = frameAddress();
    return styled(frame, { display: "block", width: "100%", height: "100%", border: "0" });
  }

  function open() {
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.id = "acquirer-dialog";
      dialog.setAttribute("aria-label", "Pago con tarjeta");
      styled(dialog, { width: "min(30rem, 100vw)", height: "min(46rem, 100vh)", maxWidth: "100vw", maxHeight: "100vh",
        padding: "0", border: "0", borderRadius: "0.5rem", overflow: "hidden", background: "#fff" });
      dialog.addEventListener("cancel", function (event) { if (finished) { event.preventDefault(); } });
      dialog.appendChild(drawFrame());
      document.body.appendChild(dialog);
    }
    dialog.showModal();
  }

  function close() {
    dialog.close();
    dialog.remove();
    dialog = null;
    frame = null;
  }

  function hidden(name, value) {
    var old = form.querySelector('input[type="hidden"][data-acquirer][name="' + name + '"]');
    var input = old || form.appendChild(document.createElement("input"));
    input.type = "hidden";
    input.name = name;
    input.value = value;
    input.dataset.acquirer = "";
  }

  function finish(message) {
    finished = true;
    window.clearTimeout(timer);
    returned.forEach(function (name) { hidden(name, String(message[name])); });
    HTMLFormElement.prototype.submit.call(form);
  }

  function hear(event) {
    if (event.origin !== home || !frame || event.source !== frame.contentWindow || !event.data) { return; }
    if (event.data.type === "acquirer:token") { finish(event.data); }
    if (event.data.type === "acquirer:cancel") { close(); }
  }

  function drawButton() {
    var button = document.createElement("button");
    button.type = "button";
    button.id = "acquirer-pay";
    button.className = "start-js-btn modal-opener default";
    button.textContent = data.formbuttontext || "PAGA AQUÍ";
    button.setAttribute("aria-haspopup", "dialog");
    styled(button, { minHeight: "2.75rem", padding: "0.5rem 1.5rem", border: "0", borderRadius: "0.375rem",
      font: "inherit", fontWeight: "600", color: "#fff", backgroundColor: "#14386b", cursor: "pointer" });
    if (data.formbuttoncolor) { button.style.backgroundColor = data.formbuttoncolor; }
    button.addEventListener("click", open);
    script.insertAdjacentElement("afterend", button);
  }

  function start() {
    var wrong = problems();
    if (!form) { complain("El formulario de pago debe estar dentro de un <form>."); return; }
    if (wrong.length) { complain("Falta o no es válido: " + wrong.join(", ")); return; }
    drawButton();
    window.addEventListener("message", hear);
    timer = window.setTimeout(function () {
      window.location.assign(webAddress(data.timeouturl));
    }, Number(data.expirationminutes) * 60000);
  }

  start();
}());
