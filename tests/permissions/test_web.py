"""The web's own dangers: headers, forged forms, open redirects, false hosts, hostile input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.permissions.check import routes
from tests.permissions.matrix import POST, ROWS
from tests.permissions.world import ANONYMOUS, PRIVACIES, TARGETS, VISITORS, World, picture

from linli.engines.casework.models import Report
from linli.kernel.guards import guard_of
from linli.kernel.scope import across_communities

pytest_plugins = ["tests.permissions.fixtures"]

FORM = "application/x-www-form-urlencoded"
HOSTILE_NEXT = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "/%0d%0aSet-Cookie:a=b",
    "/\r\nSet-Cookie: a=b",
    "/\x00//evil.example",
    "",
)


def _answers(two: World) -> Iterator[tuple[str, Any]]:
    """One answer of each class of page."""
    resident, dispatcher = two.clients["resident"], two.clients["dispatcher"]
    own = two.targets[("resident", "open")]
    waiting = two.targets[("dispatcher", "private")]
    for name, client, address in (
        ("welcome", Client(), "/"),
        ("sign in", Client(), "/sign-in/"),
        ("sign-in link", Client(), "/sign-in/no-such-token/"),
        ("help", Client(), "/help/"),
        ("guide", Client(), "/help/dispatch/"),
        ("redirect to sign in", Client(), "/matters/"),
        ("not found", Client(), "/no/such/page/"),
        ("health", Client(), "/healthz"),
        ("home", resident, "/"),
        ("report", resident, "/report/"),
        ("plan", resident, "/report/where/"),
        ("matters", resident, "/matters/"),
        ("matter", resident, f"/matters/{own.case.pk}/"),
        ("inbox", resident, "/inbox/"),
        ("practices", resident, "/practices/"),
        ("picture", resident, f"/files/{own.file.pk}/"),
        ("hidden from a role", resident, "/desk/"),
        ("desk", dispatcher, "/desk/"),
        ("desk case", dispatcher, f"/desk/cases/{waiting.case.pk}/"),
        ("jobs", two.clients["crew"], "/work/"),
        ("wall", two.clients["wall"], "/wall/"),
        ("dead letters", two.clients["chair"], "/operations/dead-letters/"),
    ):
        yield name, client.get(address)
    yield "wrong method", resident.get(f"/matters/{own.case.pk}/confirm/")
    yield "bad form", resident.post("/report/", {"key": "zq"})
    yield "expired form", Client(enforce_csrf_checks=True).post("/sign-out/")
    yield "false host", Client().get("/", HTTP_HOST="evil.example")
    yield "too large", resident.post("/report/", {"text": "x" * 3_000_000})


def _policy(answer: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts if part}


def test_every_class_of_page_has_its_security_headers(two: World) -> None:
    for name, answer in _answers(two):
        policy = _policy(answer)
        assert "unsafe" not in answer.headers["Content-Security-Policy"], name
        assert "*" not in answer.headers["Content-Security-Policy"], name
        for directive in ("default-src", "base-uri", "frame-ancestors"):
            assert policy[directive] == ["'none'"], (name, directive)
        for directive in ("script-src", "style-src", "connect-src", "form-action"):
            assert policy[directive] == ["'self'"], (name, directive)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert answer.headers["Referrer-Policy"] == "same-origin", name
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert "camera=(self)" in answer.headers["Permissions-Policy"], name
        assert "no-store" in answer.headers["Cache-Control"], name
        assert "Server" not in answer.headers, name


def test_pages_are_not_framed(two: World) -> None:
    for name, answer in _answers(two):
        if name not in ("false host", "too large"):
            assert answer.headers["X-Frame-Options"] == "DENY", name


def test_no_page_has_script_or_style_of_its_own(two: World) -> None:
    for name, answer in _answers(two):
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        html = answer.content.decode()
        assert not re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", html), name
        assert not re.findall(r"<[^>]+\s(?:style|on[a-z]+)\s*=", html), name
        assert "<style" not in html, name
        for address in re.findall(r'\s(?:src|href|action)="([^"]*)"', html):
            assert urlsplit(address).scheme in ("", "tel", "data"), (name, address)
            assert not address.startswith("//"), (name, address)


@override_settings(LINLI_EVENTS_PORT=8001)
def test_the_events_process_is_the_only_other_origin(db: None) -> None:
    answer = Client().get("/help/", HTTP_HOST="localhost:8000")
    assert _policy(answer)["connect-src"] == ["'self'", "http://localhost:8001"]


def _forms() -> list[str]:
    return [name for name, row in ROWS.items() if POST in row.grants]


def test_all_routes_that_write_are_in_the_matrix() -> None:
    writing = [n for n, entry in routes().items() if "POST" in guard_of(entry.callback).methods]  # type: ignore[union-attr]
    assert sorted(writing) == sorted(_forms())


def _may(two: World, name: str) -> tuple[str, str]:
    """A visitor to whom the form of this route is open, and its address."""
    row = ROWS[name]
    for visitor in VISITORS:
        for whose in TARGETS:
            for privacy in PRIVACIES:
                if row.expected(POST, visitor, whose, privacy) in (404, 405):
                    continue
                thing = getattr(two.target(visitor, whose, privacy), row.about or "case")
                if thing is not None:
                    args = [*row.args, *([thing.pk] if row.about else [])]
                    return visitor, reverse(name, args=args)
    raise AssertionError(f"nobody may post {name}")


@pytest.mark.parametrize("name", _forms())
def test_a_form_without_its_token_is_refused(two: World, name: str) -> None:
    visitor, address = _may(two, name)
    client = Client(enforce_csrf_checks=True)
    client.cookies = two.clients[visitor].cookies.copy()
    with across_communities("counting"):
        before = Report.objects.count()
    for headers in ({}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_X_CSRFTOKEN": "x" * 64}):
        assert client.post(address, ROWS[name].body, **headers).status_code == 403  # type: ignore[arg-type]
    with across_communities("counting"):
        assert Report.objects.count() == before


def test_a_form_with_its_token_is_taken(two: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = two.clients["resident"].cookies.copy()
    page = client.get("/report/").content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    body = {"text": "zqtoken", "naming": "named", "key": "zqtoken", "csrfmiddlewaretoken": token}
    assert client.post("/report/", body).status_code == 302


@pytest.mark.parametrize("address", ["/language/", "/display/"])
def test_no_open_redirect(db: None, address: str) -> None:
    for hostile in HOSTILE_NEXT:
        answer = Client().post(address, {"next": hostile, "language": "en", "elder": "1"})
        there = answer.headers["Location"]
        assert answer.status_code == 302
        assert there.startswith("/"), hostile
        assert not there.startswith(("//", "/\\")), hostile
        assert "\n" not in there, hostile
        assert "a" not in answer.cookies, hostile
        signing_in = Client().get("/sign-in/", {"next": hostile})
        for there in re.findall(r'\s(?:href|action)="([^"]*)"', signing_in.content.decode()):
            assert not urlsplit(there).netloc, hostile
    assert Client().post(address, {"next": "/help/?a=1"}).headers["Location"] == "/help/?a=1"


def test_a_false_host_is_refused_and_never_repeated(db: None) -> None:
    for host in ("evil.example", "testserver.evil.example", "testserver:80@evil.example", "a b"):
        answer = Client().get("/help/", HTTP_HOST=host)
        assert answer.status_code == 400
        assert b"evil" not in answer.content
    answer = Client().get("/help/", HTTP_X_FORWARDED_HOST="evil.example")
    assert answer.status_code == 200
    assert b"evil.example" not in answer.content
    assert "evil" not in answer.headers["Content-Security-Policy"]


_STRANGE = st.text(
    alphabet=st.one_of(
        st.characters(codec=None),
        st.sampled_from("\x00\ud800\udfff\u202e\ufeff'\"<>%\\\r\n\t💧水7号楼"),
    ),
    max_size=80,
)
_FIELD = st.one_of(
    _STRANGE,
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "99999999999999999999",
            "1e400",
            "NaN",
            "018f0000-0000-7000-8000-000000000000",
            "018f0000-0000-7000-8000",
            "named",
            "water.burst_pipe",
            "x" * 5000,
            "\x00" * 5,
            "../../etc/passwd",
            "'; DROP TABLE x; --",
            "{{ 7 * 7 }}{% debug %}",
        ]
    ),
)
FUZZ = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: the forms that take words, with their fields
WORDY: dict[str, tuple[str, ...]] = {
    "dispatch:report": ("text", "place", "naming", "key"),
    "dispatch:desk_correct": ("service", "place", "version"),
    "dispatch:desk_dispatch": ("version",),
    "dispatch:reopen": ("reason",),
    "dispatch:job_return": ("reason",),
    "dispatch:job_finish": ("note",),
    "dead_letters": ("message",),
    "language": ("language", "next"),
    "display": ("elder", "theme", "next"),
}


def _encoded(fields: dict[str, str]) -> str:
    return "&".join(f"{k}={quote(v, safe='', errors='surrogatepass')}" for k, v in fields.items())


def _post(client: Client, address: str, body: str | bytes) -> int:
    with transaction.atomic():
        status = client.post(address, body, content_type=FORM).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("name", sorted(WORDY))
def test_no_words_in_a_form_make_an_error_of_ours(two: World, name: str) -> None:
    visitor, address = _may(two, name)
    client = two.clients[visitor]

    @FUZZ
    @given(fields=st.fixed_dictionaries({}, optional=dict.fromkeys(WORDY[name], _FIELD)))
    @example(fields=dict.fromkeys(WORDY[name], "\x00"))
    @example(fields=dict.fromkeys(WORDY[name], "\ud800"))
    @example(fields=dict.fromkeys(WORDY[name], "x" * 100_000))
    def strange(fields: dict[str, str]) -> None:
        assert _post(client, address, _encoded(fields)) < 500

    strange()


@FUZZ
@given(words=st.fixed_dictionaries(dict.fromkeys(("q", "tab", "family", "page"), _FIELD)))
@example(words=dict.fromkeys(("q", "tab", "family", "page"), "\x00"))
@example(words=dict.fromkeys(("q", "tab", "family", "page"), "%_\\"))
def test_no_search_makes_an_error_of_ours(two: World, words: dict[str, str]) -> None:
    for visitor in ("dispatcher", "street_officer"):
        with transaction.atomic():
            answer = two.clients[visitor].get(f"/desk/?{_encoded(words)}")
            transaction.set_rollback(True)
        assert answer.status_code == 200


@FUZZ
@given(place=_FIELD, text=_FIELD)
def test_no_prefilled_report_makes_an_error_of_ours(two: World, place: str, text: str) -> None:
    address = f"/report/?{_encoded({'place': place, 'text': text})}"
    with transaction.atomic():
        assert two.clients["resident"].get(address).status_code == 200
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "cookie",
    ["linli_session", "linli_csrf", "linli_language", "linli_theme", "linli_elder", "messages"],
)
def test_no_cookie_makes_an_error_of_ours(two: World, cookie: str) -> None:
    for value in (
        '"\\000\\000\\000\\000\\000\\000\\000\\000\\000"',
        "\\udc80" * 9,
        "x" * 4000,
        '"',
    ):
        with transaction.atomic():
            answer = Client(raise_request_exception=False).get(
                "/help/", HTTP_COOKIE=f"{cookie}={value}"
            )
            transaction.set_rollback(True)
        assert answer.status_code < 500, value


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00" * 50,
        b"&".join(b"a=1" for _ in range(300)),
        b"text=%",
        b"text=%ff%fe&key=%00",
        b"=" * 1000,
        b"",
    ],
)
def test_a_broken_body_is_a_bad_request(two: World, body: bytes) -> None:
    for name in ("dispatch:report", "dispatch:desk_correct", "language"):
        visitor, address = _may(two, name)
        for content_type in (FORM, "multipart/form-data; boundary=x", "multipart/form-data", "x"):
            with transaction.atomic():
                answer = two.clients[visitor].post(address, body, content_type=content_type)
                transaction.set_rollback(True)
            assert answer.status_code < 500, (name, content_type)


def _upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/png")


@pytest.mark.parametrize(
    "uploads",
    [
        [_upload("a.png", b"")],
        [_upload("a.png", b"GIF89a" + b"\x00" * 100)],
        [_upload("../../../x.png", b"<svg onload=alert(1)>")],
        [_upload("a\x00.png", picture()[:40])],
        [_upload("a.png", picture()) for _ in range(5)],
        [_upload("a.png", picture()) for _ in range(11)],
        [_upload("x" * 3000 + ".png", b"%PDF-1.7")],
    ],
    ids=["empty", "not taken", "path", "cut off", "five", "eleven", "long name"],
)
def test_a_bad_photo_is_refused_in_words(two: World, uploads: list[Any]) -> None:
    body = {"text": "zqphoto", "naming": "named", "key": "zqphoto", "photos": uploads}
    for upload in uploads:
        upload.seek(0)
    answer = two.clients["resident"].post("/report/", body)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("tail", ["", "x", "%00", "..%2f", "018f", "é" * 300, "018F" * 9])
def test_a_malformed_id_is_not_found(two: World, tail: str) -> None:
    for head in ("/matters/", "/desk/cases/", "/work/", "/files/", "/inbox/", "/help/"):
        for visitor in ("chair", ANONYMOUS):
            answer = two.clients[visitor].get(f"{head}{tail}/" if tail else f"{head}x")
            assert answer.status_code in (404, 301), (head, tail)


def test_a_picture_is_not_a_page(two: World) -> None:
    target = two.targets[("resident", "open")]
    answer = two.clients["resident"].get(f"/files/{target.file.pk}/")
    assert answer.headers["Content-Type"] == "image/webp"
    assert BytesIO(b"".join(answer.streaming_content)).read(4) == b"RIFF"  # type: ignore[attr-defined]
