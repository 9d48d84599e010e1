// The topmost modal of whoever is at the page: drawn, submitted, closed.

import { get, post } from "./api.js";
import { drawBlocks, valuesIn } from "./blocks.js";

const byId = (id) => document.getElementById(id);

export function wireModal(me, reader, tell) {
  const dialog = byId("modal");
  let open = null;

  async function refresh() {
    const { views } = await get("views", { user: me() });
    const top = views.at(-1) ?? null;
    if (!top) {
      open = null;
      dialog.close();
    } else if (!open || top.id !== open.id || top.hash !== open.hash) {
      draw(top);
    }
  }

  function draw(view) {
    open = view;
    byId("modal-title").textContent = view.title.text;
    byId("modal-submit").textContent = view.submit?.text ?? "Submit";
    byId("modal-submit").hidden = !view.submit;
    byId("modal-close").textContent = view.close?.text ?? (view.submit ? "Cancel" : "Close");
    byId("modal-body").replaceChildren(...drawBlocks(view.blocks, reader(), act));
    if (!dialog.open) dialog.showModal();
  }

  async function act(element, value) {
    const values = valuesIn(byId("modal-body"));
    const body = { user: me(), view_id: open.id, action_id: element.action_id, value, values };
    await tell(() => post("click", body));
    await refresh();
  }

  async function submit(event) {
    event.preventDefault();
    const body = { user: me(), view_id: open.id, values: valuesIn(byId("modal-body")) };
    const answer = await tell(() => post("submit", body));
    for (const field of byId("modal-body").querySelectorAll("[data-input]")) {
      field.querySelector(".complaint").textContent = answer?.errors?.[field.dataset.input] ?? "";
    }
    byId("modal-body").querySelector(".complaint:not(:empty)")?.scrollIntoView({ block: "center" });
    if (answer && !answer.errors) await refresh();
  }

  async function close(event) {
    event.preventDefault();
    if (open) await tell(() => post("close", { user: me(), view_id: open.id }));
    await refresh();
  }

  byId("modal-form").addEventListener("submit", submit);
  for (const id of ["modal-close", "modal-x"]) byId(id).addEventListener("click", close);
  dialog.addEventListener("cancel", close);
  return refresh;
}
