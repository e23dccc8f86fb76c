// The counter's pages, where scripts run: Enter moves on, what is missing is said while it is typed, a draft outlives a
// lost connection and is sent once it is back, and a slip is printed. Without it the form works as any other.
//
// The computer is shared: a draft is kept for its officer alone, until it is sent, they sign out, or a session is over.
"use strict";
(() => {
  const KEY = "jsc-loket";
  const SESSION_MS = 10 * 3600 * 1000;
  const AGAIN_MS = 10000;
  const store = {
    read() { try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; } },
    write(draft) { try { localStorage.setItem(KEY, JSON.stringify(draft)); } catch { /* A full or closed store keeps nothing. */ } },
    clear() { try { localStorage.removeItem(KEY); } catch { /* Nothing was kept. */ } },
  };
  const leave = document.querySelector("form.leave");
  if (leave) leave.addEventListener("submit", store.clear);

  const print = document.querySelector("[data-cetak]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
    if ("atOnce" in print.dataset) addEventListener("load", () => window.print());
    return;
  }
  const form = document.querySelector("form[data-loket]");
  if (!form) {
    if (document.querySelector("[data-terkirim]")) store.clear();
    return;
  }
  const officer = form.dataset.loket;
  const path = location.pathname + location.search;
  const kept = [...form.elements].filter((one) => one.name && !["sandi", "anyway"].includes(one.name));
  const fields = kept.filter((one) => one.type !== "hidden");
  const say = (text) => { form.querySelector("[data-status]").textContent = text; };
  const body = () => new URLSearchParams(new FormData(form));

  const keep = () => {
    const typed = {};
    for (const one of kept) typed[one.name] = one.type === "checkbox" ? one.checked : one.value;
    store.write({ at: Date.now(), officer, path, fields: typed });
  };
  form.addEventListener("input", keep);
  // Sent in another window, or its officer signed out there: it is a draft no more.
  addEventListener("storage", (event) => {
    if (event.key !== KEY || event.newValue !== null) return;
    if (JSON.parse(event.oldValue).fields.id === form.elements.id.value) location.reload();
  });

  // Puts what the server says of the draft where it stands; false where its page is another one.
  const show = (page, names) => {
    const found = names.map((name) => page.querySelector(name));
    found.forEach((one, place) => { if (one) document.querySelector(names[place]).replaceWith(one); });
    return found[0] !== null;
  };
  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  let asked = 0;
  const check = async () => {
    const turn = ++asked;
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body: body() });
      if (answer.ok && !answer.redirected && turn === asked) show(await parsed(answer), ["#kurang"]);
    } catch { /* Without a connection it is said when it is sent. */ }
  };
  form.addEventListener("change", check);

  const draft = store.read();
  if (draft && (draft.officer !== officer || Date.now() - draft.at > SESSION_MS)) store.clear();
  else if (draft && draft.path === path && !("kept" in form.dataset)) {
    for (const one of kept) {
      if (one.type === "checkbox") one.checked = draft.fields[one.name] === true;
      else if (one.name in draft.fields) one.value = draft.fields[one.name];
    }
    check();
  }

  let waiting = null;
  let again = null;
  let busy = false;
  const send = async (button) => {
    if (busy) return;
    busy = true;
    asked += 1;
    clearTimeout(waiting);
    waiting = null;
    keep();
    say(form.dataset.sending);
    const sent = body();
    if (button && button.name) sent.append(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent });
      if (answer.status >= 500) throw new Error("closed");
      if (answer.redirected) {
        // A session that is over: its officer finds the draft again.
        if (!answer.url.endsWith("/petugas/masuk")) store.clear();
        location.assign(answer.url);
        return;
      }
      if (!show(await parsed(answer), ["#kurang", "#tetap-kirim"])) {
        // The form is of an earlier session; the draft is filled into a new one.
        location.reload();
        return;
      }
      const first = { reporter: "name", place: "address", problem: "text" }[form.querySelector("[data-kurang]")?.dataset.kurang];
      if (first) form.elements[first].focus();
      say("");
    } catch {
      say(form.dataset.waiting);
      again = () => send(button);
      waiting = setTimeout(again, AGAIN_MS);
    } finally {
      busy = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.submitter);
  });
  addEventListener("online", () => { if (waiting) again(); });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    const place = fields.indexOf(event.target);
    if (place < 0) return;
    event.preventDefault();
    if (event.ctrlKey || place === fields.length - 1) form.requestSubmit(form.querySelector("button[type=submit]"));
    else fields[place + 1].focus();
  });
})();
