"""How text comes in from Slack and goes out again: unescaped and cut on the way in, escaped on the way out."""

import re

QUESTION_LENGTH = 500  # characters: the encoder takes 0.2 s for as many, and nobody's question needs more
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^>]*)>")
_LABELLED_LINK = re.compile(r"<(?:https?|mailto|tel)[^|>]*\|([^>]*)>")
_BARE_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^|>]*)>")
_ENTITY = re.compile(r"<[@!#][^>]*>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_SPACES = re.compile(r"\s+")
_GAPS = re.compile(r"\n{3,}")


def clean(question: str, length: int = QUESTION_LENGTH) -> str:
    """Return what a person asked, as plain text of at most `length` characters, cut at the end of a word.

    Slack's escapes and markup are undone: mentions go, channels and links become their names. Lone surrogates
    are replaced, control characters and runs of space become one space. Never raises for any string.
    """
    text = question[: length * 8].encode("utf-8", "replace").decode("utf-8")
    text = _CHANNEL.sub(r" \1 ", text)
    text = _LABELLED_LINK.sub(r" \1 ", text)
    text = _BARE_LINK.sub(r" \1 ", text)
    text = _ENTITY.sub(" ", text)
    text = unescape(text)
    text = _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()
    return shorten(text, length, ellipsis="")


def shorten(text: str, length: int, ellipsis: str = "…") -> str:
    """Return `text` cut to `length` characters, the ellipsis included, at the end of a word where there is one."""
    if len(text) <= length:
        return text
    cut = text[: length - len(ellipsis) + 1]
    head, space, _ = cut.rpartition(" ")
    kept = head if space and len(head) >= length // 2 else cut[:-1]
    return kept.rstrip(" ,;:") + ellipsis


def escape(text: str) -> str:
    """Return `text` for Slack's mrkdwn or its notification text: no mention, link or channel call can come of it.

    Exactly three characters are escaped, the ampersand first (docs.slack.dev, "Formatting message text").
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo `escape`: exactly what Slack escapes, the ampersand last, so that "&amp;lt;" becomes "&lt;"."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def clean_lines(text: str, length: int) -> str:
    """Return what a person typed into a form, at most `length` characters long, its lines kept; the rest as `clean`.

    Slack's forms, unlike its messages, give what was typed as it was: nothing is unescaped.
    """
    lines = text.encode("utf-8", "replace").decode("utf-8").splitlines()
    kept = "\n".join(_SPACES.sub(" ", _CONTROL.sub(" ", line)).strip() for line in lines)
    return shorten(_GAPS.sub("\n\n", kept).strip(), length)
