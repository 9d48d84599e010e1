"""What the programme's buttons are called, and what they carry: a series' number, a session's or update's id."""

from dataclasses import dataclass

# Buttons. Each carries a `Target`.
WRITE = "weekly_write"  # opens the update modal; without a session: an update outside the rhythm
NOTHING_NEW = "weekly_nothing_new"
HAND_OVER = "weekly_hand_over"
HAND_OVER_ACCEPT = "weekly_hand_over_accept"
HAND_OVER_DECLINE = "weekly_hand_over_decline"
MOVE = "weekly_move"
SKIP = "weekly_skip"
PUT_BACK = "weekly_put_back"  # a skipped session is held after all
READ_IN_FULL = "weekly_read_in_full"  # item: the update's id
COMMITMENTS = "weekly_commitments"  # opens the board, where those who may can change it
COMMITMENT_ADD = "weekly_commitment_add"
COMMITMENT_EDIT = "weekly_commitment_edit"  # item: the commitment's id; shows it to those who may not change it
COMMITMENTS_BACK = "weekly_page:commitments:back"  # both item: which page, from 0
COMMITMENTS_ON = "weekly_page:commitments:on"
ASK = "weekly_ask"  # opens "Ask a question"
QUESTIONS = "weekly_questions"  # opens the list of open questions, where those who may can answer
QUESTION_OPEN = "weekly_question_open"  # item: the question's id
VOTE = "weekly_vote"  # item: the question's id
QUESTIONS_BACK = "weekly_page:questions:back"  # these four carry where they lead to, see blocks.weekly.box
QUESTIONS_ON = "weekly_page:questions:on"
QUESTIONS_SWITCH = "weekly_page:questions:switch"  # between the open ones and the answered ones
QUESTIONS_LIST = "weekly_page:questions:list"  # from one question back to the list
EXPORT = "weekly_export"
GO_ON_MONTHLY = "weekly_go_on_monthly"
LEAVE_IT = "weekly_leave_it"
RECORD = "weekly_record"  # opens the whole record of a series
RECORD_PAGE = "weekly_record_page"  # followed by ":" and the page; item: which page
PAGE = "weekly_page"  # turns the pages of a list in a modal; item: which page


@dataclass(frozen=True, slots=True)
class Target:
    """What a button is about: a series, a session where it is about one, and one more number of the button's own."""

    series: int
    session: int | None = None
    item: int | None = None

    def pack(self) -> str:
        """Return it as the value of a button or the private_metadata of a modal."""
        return f"{self.series}|{self.session or ''}|{'' if self.item is None else self.item}"

    @classmethod
    def unpack(cls, value: str) -> "Target":
        """Return what `pack` made; raises ValueError for anything else."""
        series, session, item = value.split("|")
        return cls(int(series), int(session) if session else None, int(item) if item else None)
