// The kecamatan in which a phone is, found by the phone: no position is sent. It is rounded to a square of about a
// kilometre and looked up in a table that is the same for everybody.
"use strict";
(() => {
  const near = document.querySelector("[data-near]");
  if (!near || !("geolocation" in navigator)) return;
  const told = near.querySelector("[role=status]");
  const find = async (coords) => {
    const table = await (await fetch(near.dataset.squares)).json();
    const row = Math.floor(coords.latitude * table.squares) - table.south;
    const column = Math.floor(coords.longitude * table.squares) - table.west;
    const area = table.areas[table.letters.indexOf((table.rows[row] || "")[column] || ".")];
    if (area) location.replace(near.dataset.link + area);
    else told.textContent = near.dataset.outside;
  };
  const locate = () => {
    const lost = () => { told.textContent = near.dataset.lost; };
    told.textContent = near.dataset.locating;
    navigator.geolocation.getCurrentPosition(
      (found) => find(found.coords).catch(lost), lost, { maximumAge: 300000, timeout: 15000 });
  };
  near.hidden = false;
  near.querySelector("button").addEventListener("click", locate);
  // Whoever came here by "near me" asked already.
  if (location.hash === "#cari") locate();
})();
