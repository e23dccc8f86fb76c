// The report's form, where scripts run: it keeps a draft on the phone, sends again what found no connection, and can ask
// the phone where it is. Without it the form works as any other.
"use strict";
(() => {
  const KEY = "jsc-lapor";
  const DAY_MS = 24 * 3600 * 1000;
  const AGAIN_MS = 10000;
  const store = {
    read() { try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; } },
    write(draft) { try { localStorage.setItem(KEY, JSON.stringify(draft)); } catch { /* A full or closed store keeps nothing. */ } },
    clear() { try { localStorage.removeItem(KEY); } catch { /* Nothing was kept. */ } },
  };
  const form = document.querySelector("form[data-lapor]");
  if (!form) {
    if (document.querySelector("[data-terkirim]")) store.clear();
    return;
  }
  const kept = [...form.elements].filter((one) => one.name && !["token", "photo", "anyway"].includes(one.name));
  const say = (text) => { form.querySelector("[data-status]").textContent = text; };

  const draft = store.read();
  if (draft && draft.path === location.pathname && !("kept" in form.dataset) && Date.now() - draft.at < DAY_MS) {
    for (const one of kept) {
      if (one.type === "radio") one.checked = draft.fields[one.name] === one.value;
      else if (one.name in draft.fields) one.value = draft.fields[one.name];
    }
  }
  const keep = () => {
    const fields = {};
    for (const one of kept) if (one.type !== "radio" || one.checked) fields[one.name] = one.value;
    store.write({ at: Date.now(), path: location.pathname, fields });
  };
  form.addEventListener("input", keep);

  let waiting = null;
  let busy = false;
  const send = async (button) => {
    if (busy) return;
    busy = true;
    clearTimeout(waiting);
    keep();
    say(form.dataset.sending);
    const body = new FormData(form);
    if (button && button.name) body.append(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.status >= 500) throw new Error("closed");
      if (answer.redirected) {
        location.assign(answer.url);
        return;
      }
      // Refused: the page says why, and the photos stay where they are.
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const name of ["#masalah-laporan", "#tetap-kirim"]) {
        const told = page.querySelector(name);
        if (told) document.querySelector(name).replaceWith(told);
      }
      form.elements.token.value = page.querySelector("[name=token]").value;
      document.querySelector("#masalah-laporan").scrollIntoView({ block: "center" });
      say("");
    } catch {
      say(form.dataset.waiting);
      waiting = setTimeout(() => send(button), AGAIN_MS);
    } finally {
      busy = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.submitter);
  });
  addEventListener("online", () => { if (waiting) send(null); });

  const locate = form.querySelector("[data-locate]");
  if (locate && "geolocation" in navigator) {
    locate.hidden = false;
    locate.querySelector("button").addEventListener("click", () => {
      const told = locate.querySelector("span");
      told.textContent = form.dataset.locating;
      navigator.geolocation.getCurrentPosition((found) => {
        form.elements.latitude.value = found.coords.latitude.toFixed(6);
        form.elements.longitude.value = found.coords.longitude.toFixed(6);
        told.textContent = form.dataset.located;
        keep();
      }, () => { told.textContent = form.dataset.lost; }, { enableHighAccuracy: true, timeout: 15000 });
    });
  }
})();
