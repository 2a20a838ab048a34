// Keys for the alert queue and the page of an alert. Everything they do can be done without them: they move the focus, tick a
// box, press a button or follow a link of the page. They can be turned off (WCAG 2.1.4), and do nothing while one types.
"use strict";
(() => {
  const STORE = "tocsin-keys";
  const place = document.querySelector("[data-keys]");
  const help = document.querySelector("[data-keys-help]");
  const find = (selector, inside = place) => (inside ? inside.querySelector(selector) : null);
  const isOn = () => localStorage.getItem(STORE) !== "off";

  const rows = () => [...document.querySelectorAll("[data-alert]")];
  const link = (row) => row.querySelector("th a");
  const current = () => {
    const at = document.activeElement;
    return at ? at.closest("[data-alert]") : null;
  };
  const move = (by) => {
    const all = rows();
    const at = all.indexOf(current());
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    if (all[next]) link(all[next]).focus();
  };
  const open = (row, more) => {
    const target = new URL(link(row).href);
    if (more.outcome) target.searchParams.set("outcome", more.outcome);
    if (more.hash) target.hash = more.hash;
    location.assign(target);
  };

  const queue = {
    j: () => move(1),
    k: () => move(-1),
    x: () => find("input[type=checkbox]", current())?.click(),
    a: () => {
      const row = current();
      if (!find("input[name=numbers]:checked") && row) find("input[type=checkbox]", row)?.click();
      if (find("input[name=numbers]:checked")) find("[data-key=a]").click();
    },
    c: () => current() && open(current(), { hash: "comment" }),
    t: () => current() && open(current(), { outcome: "true_match" }),
    f: () => decide("false_match"),
    n: () => decide("needs_information"),
  };
  const decide = (outcome) => {
    if (find("input[name=numbers]:checked")) {
      find("select[name=outcome]").value = outcome;
      find("[data-ground]").focus();
    } else if (current()) {
      open(current(), { outcome });
    }
  };

  const choose = (key) => () => {
    const radio = find(`input[type=radio][data-key=${key}]`);
    if (radio) {
      radio.checked = true;
      find("[data-ground]").focus();
    }
  };
  const alert = {
    t: choose("t"),
    f: choose("f"),
    n: choose("n"),
    a: () => find("[data-key=a]")?.click(),
    c: () => find("[data-comment]")?.focus(),
    u: () => find("[data-key=u]")?.click(),
  };

  const isTyping = (target) =>
    target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
  const toggleHelp = () => {
    help.open = !help.open;
    if (help.open) find("summary", help).focus();
  };
  document.addEventListener("keydown", (event) => {
    if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    const keys = place && place.dataset.keys === "alert" ? alert : queue;
    const act = event.key === "?" && help ? toggleHelp : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  if (place && location.hash === "#comment") find("[data-comment]")?.focus();
  const toggle = find("[data-keys-switch]", help);
  if (toggle) {
    const say = () => { toggle.textContent = isOn() ? toggle.dataset.off : toggle.dataset.on; };
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      localStorage.setItem(STORE, isOn() ? "off" : "on");
      say();
    });
    say();
  }
})();
