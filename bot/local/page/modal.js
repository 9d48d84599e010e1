// The topmost modal of whoever is at the page: drawn, submitted, closed.

import { get, post } from "./api.js";
import { drawBlocks, putBack, valuesIn } from "./blocks.js";

const byId = (id) => document.getElementById(id);

export function wireModal(me, reader, tell) {
  const dialog = byId("modal");
  const body = byId("modal-body");
  let open = null;
  let busy = false;

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
    const again = open?.id === view.id ? { values: valuesIn(body), place: focused(), scroll: body.scrollTop } : null;
    open = view;
    byId("modal-title").textContent = view.title.text;
    byId("modal-submit").textContent = view.submit?.text ?? "Submit";
    byId("modal-submit").hidden = !view.submit;
    byId("modal-close").textContent = view.close?.text ?? (view.submit ? "Cancel" : "Close");
    byId("modal-alert").textContent = "";
    body.replaceChildren(...drawBlocks(view.blocks, reader(), act, view.state.values));
    if (!dialog.open) dialog.showModal();
    body.scrollTop = again?.scroll ?? 0;
    if (again) putBack(body, again.values);
    if (again?.place) body.querySelector(again.place)?.focus({ preventScroll: true });
  }

  function focused() {
    const { block, action } = document.activeElement?.dataset ?? {};
    return action ? `[data-block="${CSS.escape(block)}"][data-action="${CSS.escape(action)}"]` : null;
  }

  async function act(element, value, blockId) {
    const place = { view_id: open.id, block_id: blockId, action_id: element.action_id };
    await tell(() => post("click", { user: me(), ...place, value, values: valuesIn(body) }));
    await refresh();
  }

  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const answer = await tell(() => post("submit", { user: me(), view_id: open.id, values: valuesIn(body) }));
    busy = false;
    for (const field of body.querySelectorAll("[data-input]")) {
      field.querySelector(".complaint").textContent = answer?.errors?.[field.dataset.input] ?? "";
    }
    body.querySelector(".complaint:not(:empty)")?.scrollIntoView({ block: "center" });
    if (answer && !answer.errors) await refresh();
  }

  async function close(event, all = false) {
    event.preventDefault();
    if (open) await tell(() => post("close", { user: me(), view_id: open.id, all }));
    await refresh();
  }

  byId("modal-form").addEventListener("submit", submit);
  byId("modal-close").addEventListener("click", close);
  byId("modal-x").addEventListener("click", (event) => close(event, true));
  dialog.addEventListener("cancel", close);
  return refresh;
}
