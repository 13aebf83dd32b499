// A file goes in pieces; when the line drops it goes on where it stopped. Without this the form sends it whole.
(() => {
  document.querySelectorAll("form[data-upload]").forEach((form) => {
    const piece = 512 * 1024, waits = [1, 2, 5, 10, 20], chooser = form.querySelector("[type=file]");
    const button = form.querySelector("[type=submit]:not([formaction])"), text = button.textContent;
    const box = form.querySelector("[data-upload-progress]"), meter = box.querySelector("progress");
    const words = box.querySelector("[data-upload-words]"), error = form.querySelector("[data-upload-error]");
    const token = form.elements.csrf_token.value;
    const rest = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });
    const ask = async (method, url, body, headers = {}) => {
      const answer = await fetch(url, { method, body, headers: { "X-CSRFToken": token, ...headers }, redirect: "manual" });
      if (answer.type === "opaqueredirect") {  // the session ended: the page asks to sign in, and comes back here
        location.reload();
        return new Promise(() => {});
      }
      const told = await answer.json();
      if (!answer.ok) throw Object.assign(new Error(told.detail), { status: answer.status, offset: told.offset });
      return told;
    };
    const send = async (file) => {
      const wish = { name: file.name, size: file.size, fingerprint: [file.name, file.size, file.lastModified].join("-").slice(-200) };
      const upload = await ask("POST", form.dataset.upload, JSON.stringify(wish), { "Content-Type": "application/json" });
      const place = form.dataset.uploadParts.replace("00000000-0000-0000-0000-000000000000", upload.id);
      for (let at = upload.received, failures = 0; at < file.size;) {
        meter.value = Math.round((100 * at) / file.size);
        words.textContent = `Subiendo el expediente: ${meter.value} %`;
        try {
          const headers = { "Upload-Offset": at, "Content-Type": "application/offset+octet-stream" };
          at = (await ask("PATCH", place, file.slice(at, at + piece), headers)).received;
          failures = 0;
        } catch (problem) {
          if (problem.status === 409 && problem.offset >= 0 && problem.offset !== at) { at = problem.offset; continue; }
          if ((problem.status && problem.status < 500) || failures >= waits.length) throw problem;
          words.textContent = "Se cortó la conexión. Continuaremos donde se quedó…";
          await rest(waits[failures++]);
          at = (await ask("GET", place).catch(() => ({ received: at }))).received;
        }
      }
      meter.value = 100;
      words.textContent = "Revisando el expediente…";
      return ask("POST", place + "/fin");
    };
    form.addEventListener("submit", async (event) => {
      const file = chooser.files[0];
      if (!file || event.submitter?.hasAttribute("formaction")) return;
      event.preventDefault();
      error.hidden = true;
      box.hidden = false;
      try {
        location.assign((await send(file)).next);
      } catch (problem) {
        box.hidden = true;
        error.hidden = false;
        error.textContent = problem.status ? problem.message : "No se pudo subir el archivo. Intente de nuevo";
        delete form.dataset.sent;
        button.removeAttribute("aria-disabled");
        button.textContent = text;
      }
    });
  });
})();
