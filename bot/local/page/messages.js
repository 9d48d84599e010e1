// One message, as a person sees it; and what an empty conversation suggests.

import { drawBlocks } from "./blocks.js";
import { formatted, make, mrkdwn } from "./mrkdwn.js";

export function drawMessage(message, workspace, reader, { open, act, shortcut, remove }) {
  if (message.subtype === "tombstone") return tombstone(message, workspace, open);
  const author = [...workspace.users, workspace.bot].find((user) => user.id === message.user);
  const isBot = message.user === workspace.bot.id;
  const moment = new Date(Number(message.ts) * 1000);
  const press = (element, value, blockId) => act(message, element, value, blockId);
  const body = message.blocks.length ? drawBlocks(message.blocks, reader, press) : [mrkdwn(message.text, reader)];
  return make("article", { class: message.ephemeral_to ? "message private" : "message", "data-ts": message.ts,
    tabindex: "-1", "aria-label": `${author?.real_name ?? message.user}` },
  make("span", { class: `avatar ${isBot ? "bot" : ""}`, "aria-hidden": "true" }, (author?.real_name ?? "?")[0]),
  make("div", { class: "grow" },
    message.ephemeral_to ? make("p", { class: "only-you" }, "Only visible to you") : null,
    make("p", { class: "by" },
      make("strong", {}, author?.real_name ?? message.user),
      isBot ? make("span", { class: "app" }, "APP") : null,
      make("time", { datetime: moment.toISOString(), title: moment.toISOString() }, stamp(moment, reader)),
      message.edited ? make("span", { class: "quiet" }, "(edited)") : null),
    ...body,
    files(message),
    reactions(message),
    footer(message, workspace, { open, shortcut, remove })));
}

function tombstone(message, workspace, open) {
  return make("article", { class: "message", "data-ts": message.ts, tabindex: "-1", "aria-label": "Deleted message" },
    make("span", { class: "avatar", "aria-hidden": "true" }, "–"),
    make("div", { class: "grow" },
      make("p", { class: "gone" }, message.text),
      footer(message, { ...workspace, shortcuts: [] }, { open })));
}

function files(message) {
  if (!message.files) return null;
  return make("p", {}, ...message.files.map((file) =>
    make("a", { class: "file", href: file.url_private, download: file.name },
      make("strong", {}, file.title),
      make("span", { class: "quiet" }, file.title === file.name ? sized(file.size) : `${file.name} · ${sized(file.size)}`))));
}

const sized = (bytes) => (bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`);

function stamp(moment, reader) {
  const day = (when) => formatted(when, reader, { dateStyle: "short" });
  const time = formatted(moment, reader, { hour: "2-digit", minute: "2-digit" });
  if (day(moment) === day(reader.now())) return time;
  return `${formatted(moment, reader, { weekday: "short", day: "numeric", month: "short" })}, ${time}`;
}

function reactions(message) {
  const found = Object.entries(message.reactions ?? {});
  if (!found.length) return null;
  return make("p", {}, ...found.map(([name, by]) => make("span", { class: "chip" }, `:${name}: ${by.length}`)));
}

function footer(message, workspace, { open, shortcut, remove }) {
  if (message.ephemeral_to) return null;
  const count = message.reply_count ?? 0;
  const words = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "Reply in thread";
  const root = message.thread_ts ?? message.ts;
  const links = workspace.shortcuts.map(({ callback_id: key, name }) =>
    make("button", { type: "button", class: "link", onclick: () => shortcut(message, key) }, name));
  if (remove) links.push(make("button", { type: "button", class: "link", onclick: () => remove(message) }, "Delete"));
  return make("p", { class: "foot" },
    open ? make("button", { type: "button", class: `link ${count ? "replies" : "later"}`, onclick: () => open(root) }, words)
      : null,
    ...links.map((link) => { link.classList.add("later"); return link; }));
}

export function starters(workspace, channel, send) {
  const has = (name) => !workspace.commands.length || workspace.commands.some((command) => command.name === name);
  const title = make("h2", {}, channel ? `This is #${channel.name}` : "You and Candor");
  if (channel && (!channel.is_member || channel.is_archived)) {
    return make("section", { class: "welcome" }, title, make("p", {}, "Nothing was said here."));
  }
  const question = "how do we apologise without sounding like lawyers?";
  const tries = [
    ["Ask a question", channel ? `@candor ${question}` : question, true],
    ["Start a weekly update", "/candor-updates start Payments outage", has("/candor-updates")],
  ].filter(([, , possible]) => possible);
  return make("section", { class: "welcome", "aria-label": "What to try" },
    title,
    make("p", {}, "Candor answers questions about what to say after an incident, each answer with its source, and keeps "
      + "weekly status updates. Nothing leaves this machine. Try:"),
    make("ul", {}, ...tries.map(([title, text]) => make("li", {},
      make("button", { type: "button", class: "try", onclick: () => send(text) },
        make("strong", {}, title), make("span", {}, text))))),
    make("p", { class: "quiet" }, "Then move the clock at the top to the next reminder, and see what Candor does."));
}
