"""How the list of topics and the help look in Slack: what can be asked, in groups."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import (
    Block,
    HeaderBlock,
    Option,
    OptionGroup,
    PlainTextObject,
    StaticSelectElement,
)

from responses.blocks.message import BUTTON_LENGTH, Message, actions, context, escaped, message, section
from responses.blocks.values import TOPIC_PICK, ButtonValue
from responses.lessons import Lesson, LessonBook
from responses.phrases import Language, say
from responses.text import escape

_LISTED = 15  # titles of a group; the menu holds the others
_MENU = 100  # entries of a group, and groups, at most: Slack's limits
Group = tuple[str, Sequence[Lesson]]


def topics(book: LessonBook, language: Language) -> Message:
    """Return the topics in groups, with a menu (action_id `topic_pick`) that opens one."""
    groups = list(_groups(book, language))
    title = say(language, "answers.topics_title")
    blocks: list[Block] = [HeaderBlock(text=PlainTextObject(text=escaped(title, 150)))]
    blocks += [section(f"*{escape(name)}*", *_titles(lessons, language)) for name, lessons in groups]
    if groups:
        blocks.append(actions(lesson_menu(book, language, TOPIC_PICK)))
    return message(f"{title}: {', '.join(name for name, _ in groups)}", blocks)


def help_message(book: LessonBook, language: Language, usage: Sequence[str]) -> Message:
    """Return what Candor is for, the commands as lines of mrkdwn given by the caller, and the topics."""
    listed = topics(book, language)
    intro = say(language, "answers.help_title")
    top = [section(escape(intro)), *([context(*usage)] if usage else [])]
    return Message(escaped(intro, 3000), [block.to_dict() for block in top] + listed.blocks)


def _groups(book: LessonBook, language: Language) -> Iterator[Group]:
    for topic in ("own", "tell", "repair", "listen", "case", None):
        lessons = [lesson for lesson in book if lesson.topic == topic]
        if lessons:
            yield say(language, f"answers.topic_{topic or 'other'}"), lessons


def _titles(lessons: Sequence[Lesson], language: Language) -> Iterator[str]:
    for lesson in lessons[:_LISTED]:
        yield f"• {escape(lesson.text(language).title)}"
    if len(lessons) > _LISTED:
        yield f"• {escape(say(language, 'answers.topics_more', count=len(lessons) - _LISTED))}"


def lesson_menu(book: LessonBook, language: Language, action_id: str) -> StaticSelectElement:
    """Return a menu of all lessons in groups; its values are packed ButtonValues."""
    groups = _groups(book, language)
    return StaticSelectElement(
        action_id=action_id,
        placeholder=PlainTextObject(text=say(language, "answers.topics_pick")),
        option_groups=[
            OptionGroup(
                label=PlainTextObject(text=escaped(name, BUTTON_LENGTH)),
                options=[_option(lesson, language) for lesson in lessons[:_MENU]],
            )
            for name, lessons in groups
        ],
    )


def _option(lesson: Lesson, language: Language) -> Option:
    label = PlainTextObject(text=escaped(lesson.text(language).title, BUTTON_LENGTH))
    return Option(text=label, value=ButtonValue(lesson.id, language).pack())
