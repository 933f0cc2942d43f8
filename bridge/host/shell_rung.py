"""The last rung: what the shell alone can tell of the WordPress folder, where no PHP runs."""

from __future__ import annotations

from bridge.host.assembly import Assembly
from bridge.host.words import cut, without_quotes
from bridge.host.wp import Place, look_command
from bridge.transport import Transport

_TEXTS = ("abspath", "time_gmt", "wp_version", "plugin_slug", "plugin_version")


def look_at_files(transport: Transport, place: Place, timeout: float, assembly: Assembly) -> None:
    """What is where, as lines of `name<TAB>value`, put into the assembly."""
    done = transport.run(look_command(place, timeout))
    said = [
        line.partition("\t")
        for line in done.stdout.decode("utf-8", "replace").split("\n")
        if "\t" in line
    ]
    seen = {name: value for name, _, value in said}
    if done.status != 0 or "abspath" not in seen:
        assembly.problem(
            "sh", without_quotes(cut(done.stderr)), without_quotes(cut(done.stdout)), done.status
        )
        return
    host: dict[str, object] = {name: seen[name] for name in _TEXTS if name in seen}
    host["reached"] = "shell"
    host["maintenance_file"] = "maintenance_file" in seen
    host["closte_mu_plugin"] = "closte_mu_plugin" in seen
    host["sunrise"] = {
        "exists": "sunrise" in seen,
        "version": seen.get("sunrise_version"),
        "plugin_slug": None,
        "ours": "sunrise_ours" in seen,
    }
    assembly.host.update(host)
    if "no_config" in seen:
        assembly.problem("sh", "'wp-config.php' not found.", status=1)
