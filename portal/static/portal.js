// Small comforts. Every page works without this file.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const soles = (cents) => "S/ " + (cents / 100).toLocaleString("en-US", { minimumFractionDigits: 2 });

  // The error summary takes the focus, so that it is read first.
  document.querySelector("[data-focus]")?.focus();
  all("[data-without-script]").forEach((element) => { element.hidden = true; });

  // Show or hide a password; it is hidden again when the form is sent.
  all("[data-shows]").forEach((button) => {
    const input = document.getElementById(button.dataset.shows);
    const text = button.firstChild, before = text.data;
    const show = (visible) => {
      input.type = visible ? "text" : "password";
      text.data = visible ? button.dataset.hideText : before;
    };
    button.hidden = false;
    button.addEventListener("click", () => show(input.type === "password"));
    input.form.addEventListener("submit", () => show(false));
  });

  // A second click on a button that acts does nothing.
  all("form[data-once]").forEach((form) => {
    const button = form.querySelector("[type=submit]"), text = button.textContent;
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "yes";
      button.setAttribute("aria-disabled", "true");
      button.textContent = button.dataset.busyText || text;
    });
    addEventListener("pageshow", () => {
      delete form.dataset.sent;
      button.removeAttribute("aria-disabled");
      button.textContent = text;
    });
  });

  // Fields that only one answer needs.
  all("[data-when]").forEach((group) => {
    const radios = all(`input[name="${group.dataset.when}"]`);
    const update = () => { group.hidden = !radios.some((r) => r.checked && r.value === group.dataset.equals); };
    radios.forEach((radio) => radio.addEventListener("change", update));
    update();
  });

  // Dues: ticking a row ticks all the older ones, and says what that costs.
  const table = document.getElementById("dues-table");
  if (table) {
    const rows = all("[data-due]", table), select = document.getElementById("until");
    const total = document.querySelector("[data-total]");
    all("[data-tick-column]", table).forEach((cell) => { cell.hidden = false; });
    const boxes = rows.map((row) => {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "form-check-input" });
      box.setAttribute("aria-label", "Pagar " + row.querySelector("th").textContent);
      row.querySelector("[data-tick-column]").append(box);
      return box;
    });
    const pick = (count) => {
      let cents = 0;
      rows.forEach((row, index) => {
        boxes[index].checked = index < count;
        row.classList.toggle("picked", index < count);
        if (index < count) cents += Number(row.dataset.cents);
      });
      select.value = count ? rows[count - 1].dataset.due : "";
      total.hidden = false;
      total.textContent = count ? `Va a pagar ${count} ${count === 1 ? "cuota" : "cuotas"}: ${soles(cents)}` : "Aún no eligió cuotas";
    };
    boxes.forEach((box, index) => box.addEventListener("change", () => pick(box.checked ? index + 1 : index)));
    const follow = () => pick(rows.findIndex((row) => row.dataset.due === select.value) + 1);
    select.addEventListener("change", follow);
    follow();
  }

  // Vouchers: select every row of the page.
  const everything = document.querySelector("[data-select-all]");
  if (everything) {
    everything.hidden = false;
    everything.querySelector("input").addEventListener("change", (event) => {
      all("input[name=seleccion]").forEach((box) => { box.checked = event.target.checked; });
    });
  }

  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });

  // Two minutes before the session ends, offer to stay.
  const notice = document.getElementById("session-notice");
  if (notice) {
    const words = notice.querySelector("p"), idle = Number(document.body.dataset.idleSeconds) * 1000;
    let timers = [];
    const wait = () => {
      timers.forEach(clearTimeout);
      notice.hidden = true;
      words.textContent = "";
      const say = (text) => () => { notice.hidden = false; words.textContent = text; };
      timers = [setTimeout(say(words.dataset.warning), idle - 120000), setTimeout(say(words.dataset.over), idle)];
    };
    notice.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await fetch(notice.action, { method: "POST", body: new FormData(notice) }).catch(() => null);
      if (answer?.status === 204) wait(); else location.reload();
    });
    wait();
  }
})();
