// The message boxes: Enter sends, slash commands are hinted, @names and #channels become mentions.

import { make } from "./mrkdwn.js";

export function linkNames(text, names) {
  return text.replace(/(^|[\s(])([@#])([\w.-]*\w)/g, (whole, before, sigil, name) =>
    names[sigil].has(name.toLowerCase()) ? `${before}<${sigil}${name.toLowerCase()}>` : whole);
}

export function wireComposer(form, send) {
  const box = form.querySelector("textarea");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text || form.dataset.busy) return;
    form.dataset.busy = "yes";
    try {
      if (await send(text)) box.value = "";
    } finally {
      delete form.dataset.busy;
      box.dispatchEvent(new Event("input"));
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !event.defaultPrevented) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  return box;
}

export function wireHints(box, list, commands) {
  let at = -1;
  const shown = () => [...list.children];
  const close = () => { list.hidden = true; at = -1; };
  const choose = (name) => { box.value = `${name} `; box.focus(); close(); };
  const mark = (index) => {
    at = (index + shown().length) % shown().length;
    shown().forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
  };
  box.addEventListener("input", () => {
    const typed = /^\/\S*$/.test(box.value) ? box.value : null;
    const found = typed ? commands().filter((c) => c.name.startsWith(typed) && c.name !== typed) : [];
    list.replaceChildren(...found.map((c) =>
      make("li", { role: "option", "aria-selected": "false", onmousedown: (e) => { e.preventDefault(); choose(c.name); } },
        make("strong", {}, c.name), " ", make("span", { class: "quiet" }, c.hint))));
    at = -1;
    list.hidden = !found.length;
  });
  // Registered before wireComposer's listener, so that Enter chooses a hint while one is marked.
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(at < 0 ? -1 : at - 1); }
    else if (event.key === "Escape") close();
    else if (event.key === "Tab" && !event.shiftKey) { event.preventDefault(); choose(commandAt(Math.max(at, 0))); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(commandAt(at)); }
  });
  box.addEventListener("blur", close);
  const commandAt = (index) => shown()[index].querySelector("strong").textContent;
}
