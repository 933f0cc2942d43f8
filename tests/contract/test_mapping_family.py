"""The family `mapping`, from folders written by hand."""
# ruff: noqa: B023

from __future__ import annotations

from pathlib import Path

import pytest
from contract.stranger import (
    BLOG,
    NETWORK,
    SHOP,
    STAGES,
    WWW,
    Folder,
    action,
    ago,
    enum,
    row,
    run,
    written,
)
from contract.table import Case, Table

CLOUDFLARE = "104.16.132.229"
N = f"network:{NETWORK}"
_TABLE = Table()
case = _TABLE.case


def D(name: str) -> str:
    return f"domain:{name}"


def add(f, *r):
    f.rows.extend(r)


case(
    "dup",
    lambda f: add(f, row(9, 2, SHOP)),
    [f"error mapping.duplicate-row {D(SHOP)}"],
    ["mapping.duplicate-row"],
)
case(
    "two sites",
    lambda f: add(f, row(9, 3, SHOP, primary_domain="0")),
    [f"error mapping.two-sites {D(SHOP)}"],
    ["mapping.two-sites"],
)
case(
    "two sites case",
    lambda f: add(f, row(9, 3, "SHOP.example", primary_domain="0")),
    [
        f"error mapping.two-sites {D(SHOP)} <-mapping.unclean-name",
        f"error mapping.unclean-name {D(SHOP)}",
    ],
    ["mapping.unclean-name"],
)
case(
    "dup newline",
    lambda f: add(f, row(9, 2, SHOP + "\n", primary_domain="0")),
    [
        f"error mapping.duplicate-row {D(SHOP)} <-mapping.unclean-name",
        f"error mapping.unclean-name {D(SHOP)}",
    ],
    ["mapping.unclean-name"],
)
case(
    "dup 3 two clean",
    lambda f: add(
        f, row(9, 2, SHOP + "\n", primary_domain="0"), row(10, 2, SHOP, primary_domain="0")
    ),
    [f"error mapping.duplicate-row {D(SHOP)}", f"error mapping.unclean-name {D(SHOP)}"],
    ["mapping.unclean-name", "mapping.duplicate-row"],
)
case(
    "dup 3 one clean",
    lambda f: add(
        f, row(9, 2, SHOP + "\n", primary_domain="0"), row(10, 2, SHOP + ".", primary_domain="0")
    ),
    [
        f"error mapping.duplicate-row {D(SHOP)} <-mapping.unclean-name",
        f"error mapping.unclean-name {D(SHOP)}",
    ],
    ["mapping.unclean-name"],
)
case(
    "dup 3 sites different",
    lambda f: add(f, row(9, 2, SHOP, primary_domain="0"), row(10, 3, SHOP, primary_domain="0")),
    [f"error mapping.duplicate-row {D(SHOP)}", f"error mapping.two-sites {D(SHOP)}"],
)
case(
    "www split",
    lambda f: add(f, row(9, 3, WWW, primary_domain="0")),
    [f"warning mapping.www-split {D(SHOP)}"],
    ["mapping.www-split"],
)
case(
    "www same site",
    lambda f: add(f, row(9, 2, WWW, primary_domain="0")),
    absent=["mapping.www-split", "mapping.duplicate-row"],
)
for nm, raw, cid in [
    ("nl", BLOG + "\n", BLOG),
    ("space", " " + BLOG, BLOG),
    ("upper", "Blog.Client.example", BLOG),
    ("dot", BLOG + ".", BLOG),
    ("nbsp", BLOG + "\u00a0", BLOG),
    ("zwsp", "blog\u200b.client.example", BLOG),
    ("idn", "zażółć.example", "xn--za-6ja4f8n1l.example"),
    ("scheme", "https://" + BLOG, "https%3A%2F%2Fblog.client.example"),
    ("port", BLOG + ":8080", "blog.client.example%3A8080"),
    ("path", BLOG + "/x", "blog.client.example%2Fx"),
    ("ß", "straße.example", "xn--strae-oqa.example"),
    ("zwj", "a\u200db.example", None),
]:

    def u(f):
        f.set(BLOG, domain=raw)

    case(
        "unclean " + nm,
        u,
        [f"error mapping.unclean-name {D(cid)}"] if cid else ["error mapping.unclean-name"],
    )
case(
    "shadow native",
    lambda f: f.set(BLOG, domain=f"shop.{NETWORK}"),
    [f"error mapping.shadows-site domain:shop.{NETWORK}"],
)
case(
    "own native",
    lambda f: f.set(BLOG, domain=f"blog.{NETWORK}"),
    absent=["mapping.shadows-site", "alias.missing"],
)
case(
    "network domain",
    lambda f: f.set(BLOG, domain=NETWORK),
    [f"error mapping.shadows-site domain:{NETWORK}"],
)
case(
    "network domain main site",
    lambda f: f.set(BLOG, domain=NETWORK, blog_id="1"),
    absent=["mapping.shadows-site"],
)
case("no site", lambda f: f.set(BLOG, blog_id="99"), [f"error mapping.no-site {D(BLOG)}"])
for fl in ("archived", "spam", "deleted"):
    case(
        "site off " + fl,
        lambda f: f.sites[1].update({fl: "1"}),
        ["warning mapping.site-off site:2"],
        ["mapping.site-off"],
    )
case("public 0", lambda f: f.sites[1].update(public="0"), standing=[])


def four(f):
    f.sites = [
        {k: s[k] for k in ("blog_id", "url")}
        | {"last_updated": "2026-01-01 00:00:00", "registered": "2026-01-01 00:00:00"}
        for s in f.sites
    ]


case("four columns", four, lacking={"mapping.site-off": "sites.json"}, standing=[])
case(
    "four columns other ok",
    lambda f: (four(f), f.set(BLOG, blog_id="99")),
    [f"error mapping.no-site {D(BLOG)}"],
)
case(
    "four columns shadow",
    lambda f: (four(f), f.set(BLOG, domain=f"shop.{NETWORK}")),
    ["error mapping.shadows-site"],
)
case(
    "none for site",
    lambda f: f.sites.append(f.site(4, f"new.{NETWORK}")),
    ["info mapping.none-for-site site:4"],
    [],
)


def nf(f):
    f.sites.append(f.site(4, f"new.{NETWORK}"))
    f.logs["domain-creation"] = (
        f"[{ago(days=1)}] [ERROR] Failed to create domain record for site 4: Domain new.network.example has been used\n"
    )


case("none for site W", nf, ["warning mapping.none-for-site site:4"], ["mapping.none-for-site"])


def nf(f):
    f.sites.append(f.site(4, f"new.{NETWORK}"))
    f.logs["domain-creation"] = (
        f"[{ago(days=1)}] [ERROR] Failed to create domain record for site 5: Domain x has been used\n"
    )


case("none for site other failed", nf, ["info mapping.none-for-site site:4"])
case(
    "subdir",
    lambda f: f.sites.append(f.site(4, NETWORK, "/sub/")),
    absent=["mapping.none-for-site"],
)
case(
    "main is 5",
    lambda f: (f.host.update(main_site_id=5), f.sites.append(f.site(5, "main.example"))),
    absent=[],
)
case(
    "no table",
    lambda f: (f.options.update(mapping_columns=None), setattr(f, "rows", [])),
    [f"error mapping.no-table {N}"],
    ["mapping.no-table"],
)
case(
    "two primaries",
    lambda f: add(f, row(9, 2, "third.example")),
    ["error mapping.two-primaries site:2"],
)


def tp(f, m, st="pending"):
    add(f, row(9, 2, "third.example"))
    f.scheduler.append(action(60, "wu_async_remove_old_primary_domains", st, ago(minutes=m), [[1]]))


case("two primaries pending 9", lambda f: tp(f, 9), absent=["mapping.two-primaries"])
case("two primaries pending 10", lambda f: tp(f, 10), ["error mapping.two-primaries site:2"])
case(
    "two primaries complete", lambda f: tp(f, 9, "complete"), ["error mapping.two-primaries site:2"]
)
case(
    "two primaries one inactive row",
    lambda f: add(f, row(9, 2, "third.example", active="0")),
    absent=["mapping.two-primaries"],
)
case(
    "two primaries one checking", lambda f: add(f, row(9, 2, "third.example", stage="checking-dns"))
)
case(
    "inactive",
    lambda f: f.set(BLOG, active="0"),
    [f"warning mapping.inactive {D(BLOG)}"],
    ["mapping.inactive"],
)
for st, sev in [("failed", "error"), ("ssl-failed", "error"), ("done-without-ssl", "warning")]:
    case(
        "stale " + st,
        lambda f: f.set(BLOG, stage=st),
        [f"{sev} mapping.stale-failure {D(BLOG)}"],
        ["mapping.stale-failure"],
    )


def ss(f):
    f.set(BLOG, stage="ssl-failed")
    f.closte = ...
    f.scheduler = ...


case("stale without closte", ss, [f"error mapping.stale-failure {D(BLOG)}"])
case(
    "schema old",
    lambda f: f.options.update(mapping_columns=enum(*STAGES[:-1])),
    [f"error mapping.schema-old {N}"],
    ["mapping.schema-old"],
)
case(
    "schema old 2.4.3",
    lambda f: (
        f.options.update(mapping_columns=enum(*STAGES[:-1])),
        f.host.update(plugin_version="2.4.3"),
    ),
    absent=["mapping.schema-old"],
)
case(
    "secure 0",
    lambda f: f.set(BLOG, secure="0"),
    [f"warning mapping.secure-flag {D(BLOG)}"],
    ["mapping.secure-flag"],
)
case(
    "secure 1 no cert",
    lambda f: f.handshake(
        BLOG, verified=False, verify_error="hostname mismatch", names=["other.example"]
    ),
    [f"warning mapping.secure-flag {D(BLOG)}"],
)
case(
    "wildcard",
    lambda f: f.set(BLOG, domain="*.client.example"),
    ["warning mapping.wildcard domain:*.client.example"],
)
case(
    "legacy",
    lambda f: f.options.update(legacy_mapping_rows=3, legacy_not_migrated=["old.example"]),
    [f"info mapping.legacy-table {N}"],
)
case(
    "legacy migrated",
    lambda f: f.options.update(legacy_mapping_rows=3, legacy_not_migrated=[]),
    absent=["mapping.legacy-table"],
)
case(
    "legacy str",
    lambda f: f.options.update(legacy_mapping_rows="3", legacy_not_migrated=["old.example"]),
    [f"info mapping.legacy-table {N}"],
)

case(
    "legacy domains without a number of rows",
    lambda f: (
        f.options.pop("legacy_mapping_rows"),
        f.options.update(legacy_not_migrated=["old.example"]),
    ),
    [f"info mapping.legacy-table {N}"],
)
for gone in (("legacy_mapping_rows", "legacy_not_migrated"), ("legacy_not_migrated",)):
    case(
        f"legacy without {gone}",
        lambda f: (
            f.options.update(legacy_mapping_rows=3),
            [f.options.pop(name) for name in gone],
        ),
        lacking={"mapping.legacy-table": "options.json"},
    )

for c, code in (
    ("secure", "mapping.secure-flag"),
    ("active", "mapping.inactive"),
    ("primary_domain", "mapping.two-primaries"),
):
    case(
        "no " + c,
        lambda f: f.rows[1].pop(c),
        lacking={code: "domain_mappings.json"},
        standing=[],
        verdict="clean-incomplete",
    )


for code in (
    "mapping.stale-failure",
    "mapping.two-primaries",
    "jobs.none-queued",
    "check.gave-up-dns",
    "check.loopback-blocked",
    "ssl.pending",
    "ssl.slow",
    "ssl.given-up",
):
    case(
        f"no stage: {code}",
        lambda f: f.rows[1].pop("stage"),
        lacking={code: "domain_mappings.json"},
        standing=[],
    )
case(
    "a name of nothing but white space",
    lambda f: add(f, row(9, 2, " \n")),
    verdict="clean-incomplete",
)


def switches_alone(f):
    for site in f.sites:
        site.pop("public")
    f.sites[1]["archived"] = "1"


case("without public", switches_alone, ["warning mapping.site-off site:2"], ["mapping.site-off"])
case(
    "public is no switch",
    lambda f: [site.pop("public") for site in f.sites],
    verdict="clean",
)
case(
    "a list of no sites",
    lambda f: setattr(f, "sites", []),
    absent=["mapping.no-site"],
    lacking={"mapping.no-site": "sites.json"},
)


def made_after_all(f):
    f.sites.append(f.site(4, f"new.{NETWORK}"))
    f.logs["domain-creation"] = (
        f"[{ago(days=2)}] [ERROR] Failed to create domain record for site 4: has been used\n"
        f"[{ago(days=1)}] [INFO] Created domain record for site 4: new.{NETWORK}\n"
    )


case("a record that was made after all", made_after_all, ["info mapping.none-for-site site:4"], [])


def wildcard_unchecked(f):
    f.set(BLOG, domain="*.client.example", stage="checking-dns")


case(
    "a wildcard that nothing checks",
    wildcard_unchecked,
    ["error jobs.none-queued <-mapping.wildcard"],
    ["mapping.wildcard"],
)


def proxied(f, stage):
    f.set(BLOG, stage=stage)
    f.lead(BLOG, CLOUDFLARE)
    f.handshake(BLOG, address=CLOUDFLARE)


for st, sev in [("ssl-failed", "error"), ("done-without-ssl", "warning")]:
    case(
        f"stale {st} behind a proxy",
        lambda f: proxied(f, st),
        [f"{sev} mapping.stale-failure {D(BLOG)} likely"],
        ["mapping.stale-failure", "dns.proxied"],
    )
case(
    "failed behind a proxy",
    lambda f: proxied(f, "failed"),
    [f"error check.gave-up-dns {D(BLOG)}"],
    absent=["mapping.stale-failure"],
)


def shared_base(f, path):
    f.sites += [f.site(7, "sites.example", path), f.site(8, "sites.example", "/b/")]
    f.rows.append(row(9, 7, "sites.example"))


for path in ("/a/", "/"):
    case(
        f"a base that several sites share, mapped to the one at {path}",
        lambda f: shared_base(f, path),
        [f"error mapping.shadows-site {D('sites.example')}"],
    )
case(
    "an address of one's own that nobody shares",
    lambda f: (
        f.sites.append(f.site(7, "sites.example")),
        f.rows.append(row(9, 7, "sites.example")),
    ),
    absent=["mapping.shadows-site"],
)


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in _TABLE.cases])
def test_follows_from_the_contracts_words(case: Case) -> None:
    case.holds()


@pytest.mark.parametrize(
    ("stored", "found"), [(BLOG + "\n", False), (BLOG + ".", False), (BLOG.upper() + " ", True)]
)
def test_the_row_that_visitors_get_is_one_that_mysql_finds(stored: str, found: bool) -> None:
    """Sunrise asks for the name; case and spaces at the end make no difference to MySQL."""
    folder = Folder()
    folder.set(BLOG, primary_domain="0")
    folder.rows.append(row(9, 3, stored, stage="failed"))
    domains = {d["domain"]: d for d in folder.report().json["domains"]}
    assert domains[BLOG]["stage"] == ("failed" if found else "done")


def test_every_unclean_row_of_a_domain_is_cited() -> None:
    folder = Folder()
    folder.set(BLOG, domain=BLOG + ".")
    folder.rows.append(row(9, 3, BLOG.upper(), primary_domain="0"))
    cited = [e["excerpt"] for e in folder.report().one("mapping.unclean-name")["evidence"]]
    assert len(cited) == 2
    assert "row 2:" in cited[0]
    assert "row 9:" in cited[1]


@pytest.mark.parametrize("stage", ["", None])
def test_a_stage_that_is_empty_is_not_one_that_nobody_told(
    tmp_path: Path, stage: str | None
) -> None:
    """An empty stage is a fault of the table (DOMAIN 2.1); of a missing column nothing follows."""
    folder = Folder()
    if stage is None:
        folder.rows[1].pop("stage")
    else:
        folder.set(BLOG, stage=stage)
    assert {d["domain"]: d["stage"] for d in folder.report().json["domains"]}[BLOG] == stage
    _, out, _ = run("domain", str(written(folder.files(), tmp_path)), BLOG)
    told = out.decode()
    assert ("has given up" in told) == (stage == "")
    assert ("the row does not tell it" in told) == (stage is None)
