"""``community``: founding a neighbourhood and letting its first people in."""

from __future__ import annotations

import argparse
from typing import Any

from linli.site.cli import CommandError, add_folders, prepare

NAME_CHARS_MAX, PHONE_CHARS_MAX = 80, 40


def add(commands: Any) -> None:
    """Add the commands of this module."""
    parser = commands.add_parser("community", help="found and list communities / 建立、查看社区")
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    found = deeds.add_parser("add", help="found a community / 新建社区")
    found.add_argument("name", help="its name / 社区名称")
    found.add_argument(
        "--jurisdiction",
        default="CN",
        metavar="CODE",
        help="rule pack, default CN / 规则包，默认 CN",
    )
    found.add_argument("--language", help="zh-hans or en, default the pack's / 语言")
    found.add_argument("--phone", default="", help="duty phone / 值班电话")
    found.add_argument(
        "--chair",
        metavar="NAME",
        default="",
        help="name of the person who leads it; a sign-in link is printed / 负责人姓名",
    )
    add_folders(found)
    found.set_defaults(run=run_add)
    link = deeds.add_parser("link", help="a one-time sign-in link for the chair / 一次性登录链接")
    link.add_argument("slug", nargs="?", help="the community, if there are several / 社区代号")
    add_folders(link)
    link.set_defaults(run=run_link)
    shown = deeds.add_parser("list", help="list communities / 列出社区")
    add_folders(shown)
    shown.set_defaults(run=run_list)


def choose_community(slug: str | None) -> Any:
    """The community called ``slug``, or the only one; CommandError when that is unclear."""
    from linli.engines.registry import selectors as registry

    found = registry.list_communities()
    if slug:
        wanted = next((c for c in found if c.slug == slug), None)
        if wanted is None:
            known = ", ".join(c.slug for c in found) or "none"
            raise CommandError(f"there is no community {slug!r} (there are: {known})")
        return wanted
    if len(found) != 1:
        known = ", ".join(c.slug for c in found)
        if not found:
            raise CommandError("there is no community yet; run: linli community add NAME")
        raise CommandError(f"say which community: {known}")
    return found[0]


def run_add(args: argparse.Namespace) -> int:
    """Found a community, and its chair if named."""
    prepare(args, create=True)
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction

    from linli.engines.registry import services
    from linli.engines.rulebook import selectors as rulebook
    from linli.kernel import installation

    if not args.name.strip() or len(args.name) > NAME_CHARS_MAX:
        raise CommandError("a community needs a name of at most 80 characters")
    if len(args.phone) > PHONE_CHARS_MAX or len(args.chair) > NAME_CHARS_MAX:
        raise CommandError("a phone has at most 40 characters, a person's name at most 80")
    if not (args.name + args.phone + args.chair).isprintable():
        raise CommandError("a name or phone holds letters that cannot be shown")
    try:
        pack = rulebook.get_pack(args.jurisdiction)
    except LookupError as error:
        raise CommandError(str(error)) from None
    language = args.language or pack.language
    if language not in dict(settings.LANGUAGES):
        raise CommandError(f"Linli does not speak {language!r}; choose zh-hans or en")
    call_command("migrate", verbosity=0, interactive=False)
    try:
        installation.mark(is_demo=False)
    except installation.WrongInstallation as error:
        raise CommandError(str(error)) from None
    with transaction.atomic():
        community = services.create_community(
            name=args.name.strip(),
            jurisdiction=args.jurisdiction,
            language=language,
            duty_phone=args.phone,
        )
        token = _found_committee(community, args.chair) if args.chair.strip() else ""
    print(f"{community.name}: {community.slug} ({args.jurisdiction}, {language})")
    if token:
        _print_link(token)
    return 0


def _found_committee(community: Any, chair: str) -> str:
    from linli.engines.registry import selectors, services
    from linli.engines.registry.types import Role
    from linli.kernel.scope import in_community
    from linli.site.links import make_link

    with in_community(community.pk):
        committee = services.add_organisation(
            body="residents_committee", name=community.name, phone=community.duty_phone
        )
        person = services.add_person(name=chair.strip(), with_user=True)
        today = selectors.local_day(community)
        services.grant_mandate(person, Role.CHAIR, organisation=committee, starts_on=today)
        if person.user is None:
            raise CommandError("the chair has no key to sign in with")
        return make_link(person.user)


def _print_link(token: str) -> None:
    print("Sign in once, within a day / 一次性登录链接，一天内有效:")
    print(f"  /sign-in/{token}/   (below the address that `linli serve` prints)")


def run_link(args: argparse.Namespace) -> int:
    """A new sign-in link for the chair."""
    prepare(args)
    from linli.engines.registry import selectors as registry
    from linli.engines.registry.types import Role
    from linli.kernel.scope import in_community
    from linli.site.links import make_link

    community = choose_community(args.slug)
    with in_community(community.pk):
        holders = registry.list_role_holders(Role.CHAIR)
        people = [registry.get_person(pk) for pk in holders]
    users = [person.user for person in people if person.user is not None]
    if not users:
        raise CommandError("nobody leads this community yet; found it with --chair NAME")
    _print_link(make_link(users[0]))
    return 0


def run_list(args: argparse.Namespace) -> int:
    """All communities of this installation."""
    prepare(args)
    from linli.engines.registry import selectors as registry

    for community in registry.list_communities():
        print(f"{community.slug}\t{community.name}\t{community.jurisdiction}")
    return 0
