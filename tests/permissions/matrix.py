"""Who may do what: one row for each named route. Whatever is not granted here is refused.

A row that nobody wrote fails the test, and so does a route that answers other than its row.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GET, POST = "GET", "POST"
#: roles by what they do in the matrix; see world.VISITORS
EVERYBODY = (
    "resident building_leader volunteer grid_worker crew manager dispatcher owners_committee "
    "mediator chair street_officer wall former foreign_chair"
)
CHAIRS = "chair foreign_chair"
OPEN, PRIVATE, SEALED = "open", "private", "sealed"
NOT_SEALED = "open private"
ANY = "open private sealed"
HERE = "own neighbour other_org"


@dataclass(frozen=True)
class Grant:
    """Visitors to whom targets of certain privacy answer with ``status``."""

    visitors: str
    targets: str = ""
    privacies: str = ANY
    status: int = 200

    def covers(self, visitor: str, target: str, privacy: str) -> bool:
        """Whether this grant speaks about the cell."""
        return (
            visitor in self.visitors.split()
            and (not self.targets or target in self.targets.split())
            and (not privacy or privacy in self.privacies.split())
        )


@dataclass(frozen=True)
class Row:
    """One route: what GET and POST answer. No grants for a method: 405 for everybody."""

    grants: dict[str, tuple[Grant, ...]]
    #: what the address is about: case, job, file, message; empty for a page about nothing
    about: str = ""
    #: the rest of the address, for routes with a word in it
    args: tuple[str, ...] = ()
    body: dict[str, str] = field(default_factory=dict)
    #: what is answered to those without a grant, and to those who are not signed in
    refused: int = 404
    anonymous: int = 302

    def expected(self, method: str, visitor: str, target: str = "", privacy: str = "") -> int:
        """The status that the cell must answer with."""
        if method not in self.grants:
            return 405
        if visitor == "anonymous":
            return self.anonymous
        for grant in self.grants[method]:
            if grant.covers(visitor, target, privacy):
                return grant.status
        return self.refused


def _public(status: int = 200, method: str = GET, **more: object) -> Row:
    return Row({method: (Grant(EVERYBODY, status=status),)}, anonymous=status, **more)  # type: ignore[arg-type]


def _own(**by_method: int) -> Row:
    return Row({m: (Grant(EVERYBODY, status=s),) for m, s in by_method.items()})


_DESK = (
    Grant("dispatcher", HERE, NOT_SEALED),
    Grant("chair", HERE, ANY),
    Grant("street_officer", HERE, NOT_SEALED),
    # The company that has the job, and nobody else's company.
    Grant("manager", "own neighbour", OPEN),
    Grant("manager", "neighbour", PRIVATE),
    Grant("foreign_chair", "own abroad", ANY),
)
_DECIDE = (
    Grant("dispatcher", HERE, NOT_SEALED, 302),
    Grant("chair", HERE, ANY, 302),
    Grant("foreign_chair", "own abroad", ANY, 302),
)
_HANDS = (
    "crew manager grid_worker mediator owners_committee dispatcher chair street_officer "
    "foreign_chair"
)
_PROPERTY = "crew manager"


def _work(status: int) -> tuple[Grant, ...]:
    return (
        Grant(_PROPERTY, "own neighbour", OPEN, status),
        Grant(_PROPERTY, "neighbour", PRIVATE, status),
        # Sent to the committee by its chair: not even its dispatcher works on what is sealed.
        Grant("chair", "neighbour", SEALED, status),
    )


ROWS: dict[str, Row] = {
    "home": Row(
        {
            GET: (
                Grant(
                    "crew manager dispatcher chair street_officer wall foreign_chair", status=302
                ),
                Grant(EVERYBODY),
            )
        },
        anonymous=200,
    ),
    "healthz": _public(503),
    "sign_in": _public(),
    "sign_in_link": Row(
        {GET: (Grant(EVERYBODY),), POST: (Grant(EVERYBODY),)},
        args=("no-such-token",),
        anonymous=200,
    ),
    "sign_out": _public(302, POST),
    # This is not a demo: its doors are not there.
    "demo": _public(404),
    "demo_as": _public(404, args=("grandmother",)),
    "language": _public(302, POST),
    "display": _public(302, POST),
    "inbox": _own(GET=200, POST=302),
    "inbox_open": Row({GET: (Grant(EVERYBODY, "own", status=302),)}, about="message"),
    "file": Row(
        {
            GET: (
                Grant(EVERYBODY, "own"),
                *_DESK,
                *_work(200),
                Grant("grid_worker", "own neighbour", OPEN),
            )
        },
        about="file",
    ),
    "help": _public(),
    "help_practice": _public(args=("dispatch",)),
    "practices": _own(GET=200),
    "wall": Row({GET: (Grant("wall chair street_officer dispatcher foreign_chair"),)}),
    "dead_letters": Row({GET: (Grant(CHAIRS),), POST: (Grant(CHAIRS, status=302),)}),
    # Parts and sample pages for developers; without data, and only in a demo or a checkout.
    "ui:styleguide": _public(404),
    "ui:sample": _public(404, args=("desk",)),
    "dispatch:report": Row(
        {GET: (Grant(EVERYBODY),), POST: (Grant(EVERYBODY, status=302),)},
        body={"text": "zqmatrix", "naming": "named", "key": "zqmatrix"},
    ),
    "dispatch:report_where": _own(GET=200),
    "dispatch:matters": _own(GET=200),
    "dispatch:matter": Row({GET: (Grant(EVERYBODY, "own"),)}, about="case"),
    "dispatch:confirm": Row({POST: (Grant(EVERYBODY, "own", status=302),)}, about="case"),
    "dispatch:reopen": Row(
        {POST: (Grant(EVERYBODY, "own", status=302),)}, about="case", body={"reason": "zqstill"}
    ),
    "dispatch:desk": Row({GET: (Grant("dispatcher chair manager street_officer foreign_chair"),)}),
    "dispatch:desk_case": Row({GET: _DESK}, about="case"),
    "dispatch:desk_dispatch": Row({POST: _DECIDE}, about="case"),
    "dispatch:desk_correct": Row({POST: _DECIDE}, about="case", body={"service": "water.no_water"}),
    "dispatch:work": Row({GET: (Grant(_HANDS),)}),
    "dispatch:job": Row({GET: _work(200)}, about="job"),
    "dispatch:job_accept": Row({POST: _work(302)}, about="job"),
    "dispatch:job_arrive": Row({POST: _work(302)}, about="job"),
    "dispatch:job_finish": Row({POST: _work(302)}, about="job", body={"note": "zqnote"}),
    "dispatch:job_return": Row({POST: _work(302)}, about="job", body={"reason": "zqwhy"}),
}

#: pages that show lists, in all their tabs and searches: looked through for others' secrets
LISTS: tuple[str, ...] = (
    "/",
    "/inbox/",
    "/matters/",
    "/report/",
    "/report/where/",
    "/work/",
    "/wall/",
    "/practices/",
    "/operations/dead-letters/",
    "/desk/",
    "/desk/?tab=desk",
    "/desk/?tab=open",
    "/desk/?tab=done",
    "/desk/?tab=closed",
    "/desk/?q=2026-",
    "/desk/?tab=open&q=北里",
    "/desk/?tab=open&family=building_safety",
    "/desk/?tab=desk&family=property_service",
)

#: routes on which a reader of a matter may be shown what was said in it
SHOWS_WORDS = ("dispatch:matter", "dispatch:desk_case", "dispatch:job")
