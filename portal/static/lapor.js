// The report's form, where scripts run: it keeps a draft on the phone, sends again what found no connection, can ask the
// phone where it is, and fills in the place and what is open there without leaving the page. Without it the form works as
// any other.
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
  const kept = () => [...form.elements].filter(
    (one) => one.name && !["submit", "image"].includes(one.type) && !["token", "photo", "joins"].includes(one.name));
  const say = (text) => { form.querySelector("[data-status]").textContent = text; };

  const draft = store.read();
  if (draft && draft.path === location.pathname && !("kept" in form.dataset) && Date.now() - draft.at < DAY_MS) {
    for (const one of kept()) {
      if (one.type === "radio") one.checked = draft.fields[one.name] === one.value;
      else if (one.name in draft.fields) one.value = draft.fields[one.name];
    }
  }
  const keep = () => {
    const fields = {};
    for (const one of kept()) if (one.type !== "radio" || one.checked) fields[one.name] = one.value;
    store.write({ at: Date.now(), path: location.pathname, fields });
  };
  form.addEventListener("input", keep);

  // Put parts of the page that answered into this one.
  const take = (text, parts) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const name of parts) {
      const told = page.querySelector(name);
      const shown = document.querySelector(name);
      if (told && shown) shown.replaceWith(told);
    }
    form.elements.token.value = page.querySelector("[name=token]").value;
  };

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
      take(await answer.text(), ["#masalah-laporan", "#tetap-kirim", "#serupa"]);
      document.querySelector("#masalah-laporan").scrollIntoView({ block: "center" });
      say("");
    } catch {
      say(form.dataset.waiting);
      waiting = setTimeout(() => send(button), AGAIN_MS);
    } finally {
      busy = false;
    }
  };
  addEventListener("online", () => { if (waiting) send(null); });

  // One step of filling in: a button's, or by its name alone.
  const fill = async (body, parts) => {
    const texts = [...body].filter(([, value]) => typeof value === "string");
    try {
      const answer = await fetch(form.dataset.step, { method: "POST", body: new URLSearchParams(texts) });
      if (answer.status >= 500) return;
      take(await answer.text(), parts);
      keep();
    } catch { /* Without a connection the form is as it was. */ }
  };
  const ask = (name, parts) => {
    const body = new FormData(form);
    body.append(name, "1");
    return fill(body, parts);
  };
  const PLACE = ["#tempat", "#masalah-laporan"];
  const nearby = () => {
    const { kelurahan, category } = form.elements;
    if (form.dataset.step && kelurahan.value && category.value) ask("serupa", ["#serupa"]);
  };
  form.addEventListener("change", (event) => {
    if (["kelurahan", "category"].includes(event.target.name)) nearby();
  });
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    event.preventDefault();
    if (!button || !button.hasAttribute("formaction")) send(button);
    else if (button.name === "serupa") fill(new FormData(form, button), ["#serupa"]);
    else await fill(new FormData(form, button), PLACE).then(nearby);
  });

  const offer = () => {
    const locate = form.querySelector("[data-locate]");
    if (locate && "geolocation" in navigator) locate.hidden = false;
  };
  offer();
  new MutationObserver(offer).observe(form, { childList: true, subtree: true });
  form.addEventListener("click", (event) => {
    const locate = event.target.closest("[data-locate]");
    if (!locate || event.target.tagName !== "BUTTON") return;
    const told = locate.querySelector("span");
    told.textContent = form.dataset.locating;
    navigator.geolocation.getCurrentPosition((found) => {
      form.elements.latitude.value = found.coords.latitude.toFixed(6);
      form.elements.longitude.value = found.coords.longitude.toFixed(6);
      const located = () => {
        if (form.elements.latitude.value) form.querySelector("[data-locate] span").textContent = form.dataset.located;
      };
      located();
      keep();
      if (form.dataset.step) ask("cari", PLACE).then(located).then(nearby);
    }, () => { told.textContent = form.dataset.lost; }, { enableHighAccuracy: true, timeout: 15000 });
  });
})();
