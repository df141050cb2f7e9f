"""`parcels letter`: the message to a seller, a carrier or a shop's dispute office, filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from monitor.cli.choices import OneOf
from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.refs import watched
from monitor.cli.views import views
from monitor.message.texts import contact_of
from monitor.pages.letters import (
    IN_CUSTOMS,
    Case,
    Recipient,
    Story,
    case_of,
    languages,
    letter,
)
from monitor.protection.deadlines import ORDER_PAGE, PROTECTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.cli.office import Office
    from monitor.pages.letters import Letter
    from monitor.protection import Deadline
    from monitor.sweep.views import View

# What a fact is called for who reads the terminal, and the option that records it.
FACTS = {
    "order": ("the order number", "--order-id TEXT"),
    "recipient": ("your name and address", ""),
    "ordered": ("when it was ordered", "--ordered DATE"),
    "paid": ("when it was paid", "--paid DATE"),
    "shipped": ("when it was shipped", "--shipped DATE"),
    "expected": ("when it was promised", "--expected DATE"),
    "price": ("the price", "--price AMOUNT --currency EUR"),
    "protection": ("the end of the protection", "--protected-until DATE"),
}


@click.command("letter", epilog="Example: parcels letter kettle seller --lang zh")
@click.argument("ref", metavar="REF", shell_complete=watched)
@click.argument("recipient", type=OneOf([r.value for r in Recipient]))
@click.option(
    "--lang",
    type=OneOf(languages()),
    default=None,
    help="The language of the letter. Default: that of your alerts.",
)
@json_option
@click.pass_context
def letter_command(
    ctx: click.Context, ref: str, recipient: str, lang: str | None, as_json: bool
) -> None:
    """The message to send about a parcel: to its seller, to a carrier, or for the shop's dispute
    form. It says what is recorded and nothing else; what is missing is said on standard error."""
    with office_of(ctx, only_reads=True) as office:
        view = views(office, [office.history.parcels.find(ref)])[0]
        story = _story(view, office)
        written = letter(story, Recipient(recipient), lang or _usual_language(office))
        if as_json:
            print_json(_json(story, written))
            return
        click.echo("\n\n".join(part for part in (written.subject, written.body) if part))
        for sentence in _notes(view, story, written):
            click.echo(f"parcels: {sentence}", err=True)


def _usual_language(office: Office) -> str:
    """The one the owner reads alerts in, as it is the owner who sends it."""
    chosen = office.settings.alerts.language
    return chosen if chosen in languages() else languages()[0]


def _story(view: View, office: Office) -> Story:
    parcel = view.parcel
    return Story(
        view.dossier,
        case_of(view.dossier, view.due.keys()),
        office.now,
        office.settings.zone,
        view.ends,
        office.history.parcels.aliases([parcel.id]).get(parcel.id, ()),
    )


def _notes(view: View, story: Story, written: Letter) -> Iterator[str]:
    """What whoever sends it has to know of it."""
    number = view.parcel.number
    if view.parcel.done_at is not None:
        yield f"{view.parcel.name} is finished ({view.parcel.done_as}); the letter says it is not."
    elif story.case is Case.NOT_RECEIVED:
        yield "The letter says that you have not received it. Do not send it if you have."
    elif story.case is Case.UNDERWAY:
        yield "Nothing is known to be wrong with it, so the letter is a plain question."
    if written.blank:
        yield f"To be filled in by you: {_named(written.blank)}.{_recorded(number, written.blank)}"
    if written.left_out:
        left_out = written.left_out
        yield f"Left out, as it is not recorded: {_named(left_out)}.{_recorded(number, left_out)}"
    if written.recipient is Recipient.CARRIER:
        yield from _contact(view)
        return
    yield from _of_the_purchase(view, story)
    if written.recipient is Recipient.DISPUTE:
        yield from _dispute(view, story)


def _of_the_purchase(view: View, story: Story) -> Iterator[str]:
    """What is to be known of its price and its protection, which no carrier is told of."""
    parcel = view.parcel
    if parcel.price and not parcel.currency:
        yield (
            "The price stands there without its currency. To record it: "
            f"parcels edit {parcel.number} --currency EUR"
        )
    if story.ends is not None:
        yield from _counted(story.ends, parcel.number)
    elif story.is_over:
        yield "The shop's protection is over, as far as is known, so the letter does not mention it."


def _named(facts: Sequence[str]) -> str:
    return ", ".join(FACTS[fact][0] for fact in facts)


def _recorded(number: str, facts: Sequence[str]) -> str:
    options = " ".join(FACTS[fact][1] for fact in facts if FACTS[fact][1])
    return f" To record it: parcels edit {number} {options}" if options else ""


def _counted(ends: Deadline, number: str) -> Iterator[str]:
    """A date the order page did not show is compared with it before somebody is held to it."""
    if ends.basis.by == PROTECTION:
        yield f"The end of the dispute window is counted ({ends.source}). Compare it with the order page."
    elif ends.basis.by != ORDER_PAGE:
        yield (
            f"The end of the protection is counted ({ends.source}). Compare it with the order page: "
            f"parcels edit {number} --protected-until DATE"
        )


def _contact(view: View) -> Iterator[str]:
    contact = contact_of(view.parcel.number, view.dossier.destination)
    if contact is not None:
        phone = f", telephone {contact['phone']}" if contact["phone"] else ""
        yield (
            f"The post there is {contact['carrier']}: {contact['page']}{phone}. "
            "If another carrier has it, write to that one."
        )


def _dispute(view: View, story: Story) -> Iterator[str]:
    opens = next((d for d in view.ends if d is story.ends and d.opens), None)
    if opens is not None and opens.opens is not None and story.now < opens.opens:
        yield f"{opens.title} takes no dispute before {opens.first_day:%-d %b %Y}."
    if story.case in IN_CUSTOMS:
        yield "Attach what customs or the carrier wrote of the reason, if you have it."


def _json(story: Story, written: Letter) -> dict[str, Any]:
    return {
        "number": story.dossier.parcel.number,
        "recipient": written.recipient.value,
        "language": written.language,
        "case": story.case.value,
        "subject": written.subject or None,
        "body": written.body,
        "answer_by": None
        if written.recipient is Recipient.DISPUTE
        else story.answer_by.isoformat(),
        "blank": list(written.blank),
        "left_out": list(written.left_out),
    }
