// Draws Block Kit as DOM nodes. `act(element, value, blockId)` is called for buttons and choices.

import { make, mrkdwn, plain } from "./mrkdwn.js";

const CHOICES = ["static_select", "users_select", "conversations_select", "channels_select", "overflow"];
const SEVERAL = ["multi_static_select", "multi_users_select", "multi_conversations_select", "multi_channels_select"];
const TYPED = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "number",
  datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };

export function textNode(object, reader) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, reader);
  return make("div", { class: "text" }, plain(object.text));
}

// `values` is a view's state: what stands in its inputs already, by block_id and action_id.
export function drawBlocks(blocks, reader, act, values = {}) {
  return blocks.map((block) => {
    const draw = DRAWN[block.type];
    const known = filled(block, values[block.block_id] ?? {});
    const node = draw ? draw(known, reader, act) : make("p", { class: "quiet" }, `(${block.type} block)`);
    node.classList.add("block");
    return node;
  });
}

function filled(block, states) {
  const fill = (element) => {
    const { type, ...held } = states[element?.action_id] ?? {};
    const initial = Object.entries(held).map(([key, value]) =>
      [key === "value" ? "initial_value" : key.replace("selected_", "initial_"), value ?? undefined]);
    return element && { ...element, ...Object.fromEntries(initial) };
  };
  const { element, accessory, elements } = block;
  return { ...block, element: fill(element), accessory: fill(accessory), elements: elements?.map(fill) };
}

const DRAWN = {
  section: (block, reader, act) =>
    make("div", { class: "section" },
      make("div", { class: "grow" },
        block.text ? textNode(block.text, reader) : null,
        block.fields ? make("div", { class: "fields" }, ...block.fields.map((f) => textNode(f, reader))) : null),
      block.accessory ? drawElement(block.accessory, block, reader, act) : null),
  header: (block) => make("h3", {}, block.text.text),
  divider: () => make("hr"),
  context: (block, reader) =>
    make("div", { class: "context" },
      ...block.elements.map((e) => (e.type === "image" ? picture(e) : textNode(e, reader)))),
  actions: (block, reader, act) =>
    make("div", { class: "actions" }, ...block.elements.map((e) => drawElement(e, block, reader, act))),
  image: (block) =>
    make("figure", {}, picture(block), block.title ? make("figcaption", {}, block.title.text) : null),
  markdown: (block, reader) => mrkdwn(block.text, reader),
  rich_text: (block, reader) => make("div", { class: "text" }, ...block.elements.map((e) => rich(e, reader))),
  input: drawInput,
};

function drawInput(block, reader, act) {
  const control = drawElement(block.element, block, reader, block.dispatch_action ? act : null);
  const id = `field-${block.block_id}`;
  const single = control.matches("input, select, textarea");
  if (single) control.id = id;
  const words = [block.label.text, block.optional ? make("span", { class: "quiet" }, " (optional)") : null];
  return make(single ? "div" : "fieldset", { class: "input", "data-input": block.block_id },
    single ? make("label", { for: id }, ...words) : make("legend", {}, ...words),
    control,
    block.hint ? make("p", { class: "quiet" }, block.hint.text) : null,
    make("p", { class: "complaint", role: "alert" }));
}

function drawElement(element, block, reader, act) {
  const place = { "data-block": block.block_id, "data-action": element.action_id };
  const chosen = (value) => act && confirmed(element) && act(element, value, block.block_id);
  if (element.type === "image") return picture(element);
  if (element.type === "button") return button(element, chosen);
  if (element.type === "checkboxes" || element.type === "radio_buttons") return boxes(element, place, reader, chosen);
  if (CHOICES.includes(element.type)) return choice(element, place, reader, chosen);
  if (SEVERAL.includes(element.type)) return several(element, place, reader, chosen);
  if (TYPED[element.type]) return typed(element, place, act && chosen);
  return make("span", { class: "quiet" }, `(${element.type})`);
}

function button(element, chosen) {
  const label = element.accessibility_label || null;
  const press = () => chosen(element.value ?? null);
  if (element.url) {
    const address = { href: element.url, target: "_blank", rel: "noopener noreferrer" };
    return make("a", { class: `button ${element.style || ""}`, ...address, "aria-label": label, onclick: press },
      element.text.text, " ↗");
  }
  return make("button", { type: "button", class: element.style || "", "aria-label": label, onclick: press },
    element.text.text);
}

function confirmed(element) {
  const ask = element.confirm;
  return !ask || window.confirm(`${ask.title.text}\n\n${plain(ask.text.text)}`);
}

function optionsOf(element, reader) {
  if (element.type.includes("users")) return reader.people().map((u) => [u.id, u.real_name]);
  if (element.type.includes("conversations") || element.type.includes("channels")) {
    const kinds = element.type.includes("channels") ? ["public"] : element.filter?.include ?? ["public", "private"];
    const offered = reader.channels().filter((c) => kinds.includes(c.is_private ? "private" : "public"));
    return offered.map((c) => [c.id, `#${c.name}`]);
  }
  const groups = (element.option_groups || []).flatMap((group) => group.options);
  return [...(element.options || []), ...groups].map((o) => [o.value, plain(o.text.text)]);
}

function initialOf(element) {
  const held = element.initial_option?.value ?? element.initial_user ?? element.initial_conversation
    ?? element.initial_channel;
  const many = element.initial_users ?? element.initial_conversations ?? element.initial_channels
    ?? (element.initial_options || []).map((o) => o.value);
  return new Set([held, ...many].filter(Boolean));
}

function choice(element, place, reader, chosen) {
  const initial = initialOf(element);
  const words = element.type === "overflow" ? "⋯ More" : element.placeholder?.text || "Choose…";
  const select = make("select", { ...place, "aria-label": words },
    make("option", { value: "" }, words),
    ...optionsOf(element, reader).map(([value, text]) => make("option", { value, selected: initial.has(value) }, text)));
  select.addEventListener("change", () => select.value && chosen(select.value));
  return select;
}

// A list to tick: what Slack's menus for several are, without their search.
function several(element, place, reader, chosen) {
  const choices = optionsOf(element, reader).map(([value, text]) => [value, make("span", {}, text)]);
  const group = ticks("checkbox", element, place, choices, chosen);
  group.classList.add("many");
  const most = element.max_selected_items ?? Infinity;
  const bound = () => {
    const full = checkedIn(group).length >= most;
    for (const box of group.querySelectorAll("input")) box.disabled = full && !box.checked;
  };
  group.addEventListener("change", bound);
  bound();
  return group;
}

function boxes(element, place, reader, chosen) {
  const choices = element.options.map((option) => [option.value, textNode(option.text, reader),
    option.description ? textNode(option.description, reader) : null]);
  return ticks(element.type === "checkboxes" ? "checkbox" : "radio", element, place, choices, chosen);
}

function ticks(type, element, place, choices, chosen) {
  const initial = initialOf(element);
  const group = make("div", { class: "boxes", ...place, "data-boxes": type });
  for (const [value, ...words] of choices) {
    const name = `${element.action_id}-${place["data-block"]}`;
    const box = make("input", { type, name, value, checked: initial.has(value) });
    box.addEventListener("change", () => chosen(checkedIn(group)));
    group.append(make("label", {}, box, ...words));
  }
  return group;
}

function typed(element, place, chosen) {
  const value = element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  const common = { ...place, placeholder: element.placeholder?.text, maxlength: element.max_length };
  if (element.type === "number_input") {
    const step = element.is_decimal_allowed ? "any" : 1;
    Object.assign(common, { step, min: element.min_value, max: element.max_value });
  }
  const field = element.multiline ? make("textarea", { ...common, rows: 5 }, value)
    : make("input", { ...common, type: TYPED[element.type], value });
  if (element.type === "datetimepicker") setValue(field, element.initial_date_time);
  if (chosen && element.type.endsWith("picker")) field.addEventListener("change", () => chosen(valueOf(field)));
  else if (chosen) dispatch(field, element, chosen);
  return field;
}

function dispatch(field, element, chosen) {
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let waiting;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !when.includes("on_enter_pressed")) return;
    event.preventDefault();
    chosen(valueOf(field));
  });
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (when.includes("on_character_entered")) waiting = setTimeout(() => chosen(valueOf(field)), 400);
  });
}

const checkedIn = (group) => {
  const values = [...group.querySelectorAll("input:checked")].map((box) => box.value);
  return group.dataset.boxes === "radio" ? values[0] ?? null : values;
};

function valueOf(control) {
  if (control.dataset.boxes) return checkedIn(control);
  if (control.type === "datetime-local") return control.value ? Date.parse(control.value) / 1000 : null;
  return control.value || null;
}

function setValue(control, value) {
  if (control.dataset.boxes) {
    const wanted = new Set([value].flat());
    for (const box of control.querySelectorAll("input")) box.checked = wanted.has(box.value);
  } else if (control.type === "datetime-local") {
    const moment = new Date((value ?? 0) * 1000);
    control.value = value ? new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
  } else if (!control.options || [...control.options].some((option) => option.value === (value ?? ""))) {
    control.value = value ?? "";
  }
}

// Puts back what was typed before a view was drawn anew.
export function putBack(container, values) {
  for (const control of container.querySelectorAll("[data-action]")) {
    const typedBefore = values[control.dataset.block]?.[control.dataset.action];
    if (typedBefore !== undefined) setValue(control, typedBefore);
  }
}

export function valuesIn(container) {
  const values = {};
  for (const control of container.querySelectorAll("[data-action]")) {
    if (control.matches("select") && control.options[0]?.text === "⋯ More") continue;
    (values[control.dataset.block] ??= {})[control.dataset.action] = valueOf(control);
  }
  return values;
}

function picture(element) {
  return make("img", { src: element.image_url, alt: element.alt_text, loading: "lazy" });
}

function rich(element, reader) {
  if (element.type === "user") return make("span", { class: "chip" }, `@${reader.userName(element.user_id)}`);
  if (element.type === "link") {
    const safe = /^https?:/i.test(element.url) ? element.url : "#";
    return make("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, element.text || element.url);
  }
  if (element.elements) {
    const tag = { rich_text_list: "ul", rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[element.type];
    const inner = element.elements.map((e) => (tag === "ul" ? make("li", {}, rich(e, reader)) : rich(e, reader)));
    return make(tag || "div", {}, ...inner);
  }
  const style = element.style || {};
  const tag = style.code ? "code" : style.bold ? "strong" : style.italic ? "em" : style.strike ? "s" : "span";
  return make(tag, {}, element.text || (element.type === "emoji" ? `:${element.name}:` : ""));
}
