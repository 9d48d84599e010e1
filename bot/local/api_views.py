"""views.*: opening, stacking, changing and publishing views."""

from bot.local.arguments import Arguments
from bot.local.limits import check_view
from bot.local.session import Method, Session
from bot.local.state import JsonObject


def open_view(session: Session, arguments: Arguments) -> JsonObject:
    """Open a modal for whoever caused the trigger."""
    view = _view(arguments, "modal")
    triggers, trigger = session.workspace.triggers, arguments.need("trigger_id")
    user = triggers.redeem(trigger)
    return _answer(session, session.workspace.views.open(user, view, triggers.place(trigger)))


def push(session: Session, arguments: Arguments) -> JsonObject:
    """Lay a modal on the one from which the trigger came."""
    view = _view(arguments, "modal")
    user = session.workspace.triggers.redeem(arguments.need("trigger_id"))
    return _answer(session, session.workspace.views.push(user, view))


def update(session: Session, arguments: Arguments) -> JsonObject:
    """Change an open view, found by view_id or external_id."""
    views = session.workspace.views
    target = views.find(arguments.text("view_id") or None, arguments.text("external_id") or None)
    view = _view(arguments, str(target.body["type"]))
    return _answer(session, views.update(target, view, arguments.text("hash") or None))


def publish(session: Session, arguments: Arguments) -> JsonObject:
    """Put a view on somebody's Home tab."""
    person = session.person(arguments, "user_id")
    view = _view(arguments, "home")
    published = session.workspace.views.publish(person.id, view, arguments.text("hash") or None)
    return _answer(session, published)


def _view(arguments: Arguments, kind: str) -> JsonObject:
    return check_view(arguments.structure("view", "invalid_arguments"), kinds=(kind,))


def _answer(session: Session, view: JsonObject) -> JsonObject:
    session.workspace.changed()
    return {"view": view}


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
