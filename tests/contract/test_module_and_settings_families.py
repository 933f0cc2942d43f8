"""The families `module`, `plugin`, `sunrise` and `settings`, from folders written by hand."""
# ruff: noqa: B023

from __future__ import annotations

import pytest
from contract.stranger import (
    NETWORK,
    SHOP,
    action,
    ago,
)
from contract.table import Case, Table

N = f"network:{NETWORK}"
_TABLE = Table()
case = _TABLE.case


def D(name: str) -> str:
    return f"domain:{name}"


case(
    "mod off false",
    lambda f: f.options.update(wu_host_integrations_enabled={"closte": False}),
    [f"error module.disabled {N}"],
    ["module.disabled"],
)
case(
    "mod missing",
    lambda f: f.options.update(wu_host_integrations_enabled={}),
    ["error module.disabled"],
    ["module.disabled"],
)
case(
    "mod list []",
    lambda f: f.options.update(wu_host_integrations_enabled=[]),
    ["error module.disabled"],
    ["module.disabled"],
)
case(
    "mod option absent",
    lambda f: f.options.pop("wu_host_integrations_enabled"),
    ["error module.disabled"],
    ["module.disabled"],
)
case(
    'mod "0"',
    lambda f: f.options.update(wu_host_integrations_enabled={"closte": "0"}),
    ["error module.disabled"],
    ["module.disabled"],
)
case(
    'mod "1"', lambda f: f.options.update(wu_host_integrations_enabled={"closte": "1"}), standing=[]
)
case(
    "mod list form",
    lambda f: f.options.update(wu_host_integrations_enabled=["closte"]),
)
case(
    "conflict",
    lambda f: f.options.update(wu_host_integrations_enabled={"closte": True, "cloudflare": True}),
    [f"warning module.conflict {N}"],
    ["module.conflict"],
)
case(
    "conflict false",
    lambda f: f.options.update(wu_host_integrations_enabled={"closte": True, "cloudflare": False}),
    standing=[],
)


def crash(f, hook="wu_add_domain", v="2.4.10", type="WP_Error", msg=None):
    f.host["plugin_version"] = v
    f.scheduler.append(
        action(
            50,
            hook,
            "failed",
            ago(hours=1),
            {"domain": SHOP, "site_id": 2},
            "action started via WP Cron",
            msg or f"action failed via WP Cron: Cannot use object of type {type} as array",
        )
    )


case("crash", crash, [f"error module.crashes {N}", f"warning jobs.failed {D(SHOP)}"])
case("crash std", lambda f: crash(f, type="stdClass", v="2.4.4"), [f"error module.crashes {N}"])


def cr2(f):
    crash(f)
    f.undefine("CLOSTE_CLIENT_API_KEY")
    f.closte = {"calls": []}


case("crash with key.missing never folded", cr2, [f"error module.crashes {N}", "error key.missing"])


def cr3(f):
    crash(f)
    f.scheduler.append(
        action(51, "wu_add_domain", "complete", ago(minutes=20), {"domain": SHOP, "site_id": 2})
    )


case("crash then later success", cr3, absent=["jobs.failed"])
case(
    "plugin inactive",
    lambda f: f.host.update(plugin_network_active=False),
    [f"error plugin.inactive {N}"],
    ["plugin.inactive"],
)
for v in [None, "", "0", False, 0]:

    def s(f):
        f.options.update(wu_setup_finished=v)

    case(f"setup {v!r}", s, [f"error plugin.inactive {N}"], ["plugin.inactive"])
case("setup absent", lambda f: f.options.pop("wu_setup_finished"), ["error plugin.inactive"])


def s(f):
    f.options.update(wu_setup_finished=False, wu_sunrise_meta={"active": False})


case(
    "setup + sunrise",
    s,
    ["error plugin.inactive", "error sunrise.inactive <-plugin.inactive"],
    ["plugin.inactive"],
)


def s(f):
    f.host.update(plugin_network_active=False)
    f.options.update(wu_sunrise_meta={"active": False})


case(
    "plugin off + sunrise",
    s,
    ["error plugin.inactive", "error sunrise.inactive <-plugin.inactive"],
    ["plugin.inactive"],
)
case(
    "sunrise undefined",
    lambda f: f.undefine("SUNRISE"),
    [f"error sunrise.undefined {N}"],
    ["sunrise.undefined"],
)
for v in (False, "", 0, "0", None):
    case(
        f"sunrise {v!r}",
        lambda f: f.define("SUNRISE", v),
        [f"error sunrise.undefined {N}"],
        ["sunrise.undefined"],
    )
for v in (True, "1", 1, "true", "on", "yes"):
    case(f"sunrise {v!r}", lambda f: f.define("SUNRISE", v), standing=[])


def s(f):
    f.undefine("SUNRISE")
    f.host["runtime_constants"]["SUNRISE"] = True


case("sunrise runtime only", s, absent=["sunrise.undefined"])
case(
    "sunrise file missing",
    lambda f: f.host.update(sunrise={"exists": False}),
    [f"error sunrise.file-missing {N}"],
    ["sunrise.file-missing"],
)
case(
    'sunrise file missing "nulls"',
    lambda f: f.host.update(
        sunrise={"exists": False, "version": None, "plugin_slug": None, "ours": None}
    ),
    [f"error sunrise.file-missing {N}"],
    ["sunrise.file-missing"],
)
case(
    "outdated",
    lambda f: f.host["sunrise"].update(version="2.0.0.9"),
    [f"warning sunrise.outdated {N}"],
    ["sunrise.outdated"],
)
case(
    "outdated 8 for 2.4.3",
    lambda f: (
        f.host["sunrise"].update(version="2.0.0.8", plugin_slug="multisite-ultimate"),
        f.host.update(plugin_version="2.4.3", plugin_slug="multisite-ultimate"),
    ),
    [],
)
case(
    "ok 2.4.3",
    lambda f: (
        f.host["sunrise"].update(version="2.0.0.9", plugin_slug="multisite-ultimate"),
        f.host.update(plugin_version="2.4.3", plugin_slug="multisite-ultimate"),
    ),
    absent=["sunrise.outdated"],
)
case(
    "outdated 2.13", lambda f: f.host.update(plugin_version="2.13.0"), ["warning sunrise.outdated"]
)
case(
    "ok 2.13",
    lambda f: (
        f.host.update(plugin_version="2.13.0"),
        f.host["sunrise"].update(version="2.0.0.11"),
    ),
    absent=["sunrise.outdated"],
)
case("ok newer", lambda f: f.host["sunrise"].update(version="2.0.0.12"), standing=[])
case(
    "slug",
    lambda f: f.host["sunrise"].update(plugin_slug="multisite-ultimate"),
    ["warning sunrise.outdated"],
    ["sunrise.outdated"],
)
case(
    "foreign",
    lambda f: f.host.update(
        sunrise={"exists": True, "version": None, "plugin_slug": None, "ours": False}
    ),
    [f"warning sunrise.foreign {N}"],
    ["sunrise.foreign"],
    absent=["sunrise.outdated"],
)
case(
    "inactive",
    lambda f: f.options.update(
        wu_sunrise_meta={
            "active": False,
            "last_activated": 1745000000,
            "last_deactivated": 1777000000,
        }
    ),
    [f"error sunrise.inactive {N}"],
    ["sunrise.inactive"],
)
case(
    "inactive str",
    lambda f: f.options.update(
        wu_sunrise_meta={
            "active": "",
            "last_activated": "1745000000",
            "last_deactivated": "unknown",
        }
    ),
    [f"error sunrise.inactive {N}"],
    ["sunrise.inactive"],
)
case(
    "too late",
    lambda f: f.host.update(sunrise_defined_late=True),
    [f"error sunrise.too-late {N}"],
    ["sunrise.too-late"],
)
for v in ("0", 0, False, "", None):
    case(
        f"mapping-off {v!r}",
        lambda f: f.setting("enable_domain_mapping", v),
        [f"error settings.mapping-off {N}"],
        ["settings.mapping-off"],
    )
case(
    "mapping-off absent",
    lambda f: f.options["wp-ultimo_v2_settings"].pop("enable_domain_mapping"),
    [f"error settings.mapping-off {N}"],
    ["settings.mapping-off"],
)
case("mapping-off no settings option", lambda f: f.options.pop("wp-ultimo_v2_settings"), [])
case(
    "mapping-off skip",
    lambda f: (
        f.setting("enable_domain_mapping", "0"),
        f.define("WP_ULTIMO_DOMAIN_MAPPING_SKIP_CHECKS", True),
    ),
    absent=["settings.mapping-off"],
)
case(
    "cookie",
    lambda f: f.define("COOKIE_DOMAIN", ".network.example"),
    [f"warning settings.cookie-domain {N}"],
    ["settings.cookie-domain"],
)
case("cookie empty", lambda f: f.define("COOKIE_DOMAIN", ""), standing=[])
case("cookie false", lambda f: f.define("COOKIE_DOMAIN", False), ["warning settings.cookie-domain"])
case(
    "network-domain",
    lambda f: f.define("DOMAIN_CURRENT_SITE", "old.example"),
    ["error settings.network-domain"],
)
case(
    "network-domain case", lambda f: f.define("DOMAIN_CURRENT_SITE", "Network.Example"), standing=[]
)
for v in ("1", 1, True, "on"):
    case(
        f"security {v!r}",
        lambda f: f.setting("security_mode", v),
        [f"warning settings.security-mode {N}"],
        ["settings.security-mode"],
    )


def w(f, i, v="2.4.10", mod=True):
    f.setting("dns_check_interval", i)
    f.host["plugin_version"] = v
    f.options["wu_host_integrations_enabled"] = {"closte": mod}
    if v == "2.4.3":
        f.host["sunrise"]["version"] = "2.0.0.9"


for i, v, mod, hit in [
    (29, "2.4.10", True, 1),
    (30, "2.4.10", True, 0),
    ("29", "2.4.10", True, 1),
    ("10", "2.4.10", True, 1),
    (5, "2.4.10", True, 1),
    (1000, "2.4.10", True, 0),
    (119, "2.4.3", True, 1),
    (120, "2.4.3", True, 0),
    (119, "2.4.10", False, 1),
    (120, "2.4.10", False, 0),
    (30, "2.4.9", True, 1),
    (30, "2.4.11", True, 0),
    (0, "2.4.10", True, 1),
    ("", "2.4.10", True, 1),
    (-5, "2.4.10", True, 1),
]:
    case(
        f"window {i} {v} {mod}",
        lambda f: w(f, i, v, mod),
        [f"warning settings.window-too-short {N}"] if hit else [],
        absent=[] if hit else ["settings.window-too-short"],
    )
case(
    "window absent",
    lambda f: f.options["wp-ultimo_v2_settings"].pop("dns_check_interval"),
    standing=[],
)
case(
    "no version window 100",
    lambda f: (f.setting("dns_check_interval", 100), f.host.pop("plugin_version")),
    lacking={"settings.window-too-short": "host.json"},
)


case(
    "the docblock's version of 2.4.3",
    lambda f: (
        f.host["sunrise"].update(version="2.0.0.8", plugin_slug="multisite-ultimate"),
        f.host.update(plugin_version="2.4.3", plugin_slug="multisite-ultimate"),
    ),
    [f"warning sunrise.outdated {N}"],
)
case(
    "sunrise's folder not known",
    lambda f: f.host["sunrise"].pop("plugin_slug"),
    standing=[],
    lacking={"sunrise.outdated": "host.json"},
)
case(
    "sunrise loads nothing",
    lambda f: f.host["runtime_constants"].update(
        WP_ULTIMO_SUNRISE_VERSION="2.0.0.10", WP_ULTIMO_SUNRISE_FILE=None
    ),
    [f"warning sunrise.outdated {N}"],
    ["sunrise.outdated"],
)
case(
    "sunrise loaded the plugin",
    lambda f: f.host["runtime_constants"].update(
        WP_ULTIMO_SUNRISE_VERSION="2.0.0.10", WP_ULTIMO_SUNRISE_FILE="/x/sunrise.php"
    ),
    standing=[],
)
case(
    "settings that are empty arrays",
    lambda f: (f.setting("security_mode", []), f.setting("enable_domain_mapping", [])),
    [f"error settings.mapping-off {N}"],
    ["settings.mapping-off"],
)
case(
    "an interval that is no number",
    lambda f: f.setting("dns_check_interval", [10]),
    standing=[],
    lacking={"settings.window-too-short": "options.json"},
)
case(
    "crash in other words",
    lambda f: crash(f, msg="action failed via WP Cron: Unsupported operand types: string + int"),
    [f"error module.crashes {N}"],
)


def wordless(f):
    crash(f)
    f.scheduler[-1]["log"] = []


for name, code in (
    ("wu_host_integrations_enabled", "module.disabled"),
    ("wu_sunrise_meta", "sunrise.inactive"),
):
    case(
        f"{name} is no array",
        lambda f: f.options.update({name: "rubbish"}),
        absent=[code],
        lacking={code: "options.json"},
    )
case(
    "a failed job without a word",
    wordless,
    absent=["module.crashes"],
    lacking={"module.crashes": "scheduler.json"},
)
case(
    "object cache on, no tables of jobs",
    lambda f: (f.host.update(object_cache=True), setattr(f, "scheduler", None)),
    lacking={"cache.stale-risk": "scheduler.json"},
)


def looked_at_the_second(f):
    f.host.update(
        network_id=2,
        network_domain="second.example",
        networks=[
            {"id": 1, "domain": NETWORK, "path": "/"},
            {"id": 2, "domain": "second.example", "path": "/"},
        ],
    )


case(
    "wp-config names the network that is not looked at",
    looked_at_the_second,
    absent=["settings.network-domain"],
)


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in _TABLE.cases])
def test_follows_from_the_contracts_words(case: Case) -> None:
    case.holds()
