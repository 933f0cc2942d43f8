"""What can be observed: one frozen record per file of the evidence folder (CONTRACT section 3).

Observed absence is a value too: `Missing` says which file and why. Nothing here reads or decides;
`snapshot.py` makes these records from the bytes of a folder.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from analyzers.names import Domain

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A piece of evidence that is not there. `why` is empty where the file simply does not exist."""

    file: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.why}" if self.why else self.file


@dataclass(frozen=True, slots=True)
class Shape:
    """What may be known of a secret: never its text (CONTRACT section 3)."""

    defined: bool
    length: int | None = 0
    trimmed_length: int | None = 0
    """None: a shape written by hand that leaves the lengths out."""
    charset: str = "empty"
    """hex · alnum · base64 · other · empty"""
    quoted: bool = False
    inner_space: bool = False
    placeholder: bool = False
    sha256_8: str | None = None
    truthy: bool = True
    """False where the constant is defined as '', false, null or 0."""
    untold: tuple[str, ...] = field(default=(), compare=False)
    """What a shape written by hand does not say, and what nothing else of it shows."""


ConstantValue = Scalar | Shape | tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Meta:
    """`meta.json`: when and of what the evidence was taken."""

    FILE: ClassVar[str] = "meta.json"
    taken_at: datetime
    taken_at_from: str
    """`meta.json`, or which newest time of the evidence stands for it."""
    target: str
    """`meta.json` target, else the last part of the path."""
    tool: str | None = None
    expected_addresses: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SunriseFile:
    """`wp-content/sunrise.php` as its header describes it."""

    exists: bool
    version: str | None = None
    plugin_slug: str | None = None
    ours: bool | None = None


@dataclass(frozen=True, slots=True)
class HostError:
    """A command or step on the host that failed, in the host's own (masked) words."""

    command: str
    status: int | None
    stdout: str = ""
    stderr: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """`host.json`. None means: not observed."""

    FILE: ClassVar[str] = "host.json"
    wp_version: str | None = None
    plugin_version: str | None = None
    plugin_slug: str | None = None
    plugin_network_active: bool | None = None
    php_version: str | None = None
    wp_cli_version: str | None = None
    abspath: str | None = None
    content_dir: str | None = None
    locale: str | None = None
    site_url: str | None = None
    network_id: int | None = None
    main_site_id: int | None = None
    network_domain: str | None = None
    base_prefix: str | None = None
    time_gmt: datetime | None = None
    runtime_constants: MappingABC[str, ConstantValue] = field(default_factory=dict)
    """None as a value: asked and not defined. An absent name: not asked."""
    sunrise: SunriseFile | None = None
    closte_mu_plugin: bool | None = None
    development_mode: bool | None = None
    maintenance_file: bool | None = None
    sunrise_defined_late: bool | None = None
    object_cache: bool | None = None
    logs_dir: str | None = None
    logs_dir_writable: bool | None = None
    logs_collected: bool | None = None
    logs_bytes: int | None = None
    messages: MappingABC[str, str] = field(default_factory=dict)
    stdout_noise: str = ""
    reached: str | None = None
    """runtime · database · config · shell · None"""
    errors: tuple[HostError, ...] = ()
    raw: MappingABC[str, object] = field(default_factory=dict)
    """Keys of the file that have no field here (unknown keys are tolerated, never trusted)."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Text that stood around the one document of a file: banners, notices, a byte order mark.

    Always observed, and empty where there was none; `host.json` keeps what a collector saw of it.
    """

    FILE: ClassVar[str] = "host.json"
    texts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """The file of each text, in the same order."""


@dataclass(frozen=True, slots=True)
class Constants:
    """`constants.json`: what wp-config.php defines, as `wp config list` prints it."""

    FILE: ClassVar[str] = "constants.json"
    values: MappingABC[str, ConstantValue]
    variables: MappingABC[str, ConstantValue] = field(default_factory=dict)
    malformed: int = 0

    @property
    def unfiltered(self) -> bool:
        """Is this evidently the whole list, so that an absent name is surely not defined?"""
        whole = "DB_NAME" in self.values or "DB_HOST" in self.values or "ABSPATH" in self.values
        return whole and not self.malformed


@dataclass(frozen=True, slots=True)
class MappingRow:
    """A row of `{base_prefix}wu_domain_mappings` (DOMAIN 2.1)."""

    id: int
    blog_id: int
    stored: str
    """The domain exactly as the row has it."""
    domain: Domain
    """The same, canonical."""
    active: bool | None
    primary: bool | None
    secure: bool | None
    stage: str | None
    """Empty where the column is (a word that its type does not have, DOMAIN 2.1). None: not told."""
    created: datetime | None
    modified: datetime | None
    modified_told: bool = True
    """False where the row came without the column: null says that it was never changed."""


@dataclass(frozen=True, slots=True)
class Mappings:
    """`domain_mappings.json`. Not there either (Missing) when the table does not exist."""

    FILE: ClassVar[str] = "domain_mappings.json"
    rows: tuple[MappingRow, ...]
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """A row of `wp site list`. Flags are None where the default columns left them out."""

    blog_id: int
    url: str
    domain: Domain
    path: str
    public: bool | None = None
    archived: bool | None = None
    spam: bool | None = None
    deleted: bool | None = None
    registered: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sites:
    """`sites.json`."""

    FILE: ClassVar[str] = "sites.json"
    rows: tuple[Site, ...]
    has_flags: bool
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class StoredKey:
    """The network option `wu_hosting_credential_CLOSTE_CLIENT_API_KEY`, never its text."""

    stored: str
    """encrypted-openssl · encrypted-sodium · plain"""
    decrypts: bool | None


_PLUGINS = frozenset(
    (
        "wp-ultimo_v2_settings",
        "wu_host_integrations_enabled",
        "wu_setup_finished",
        "wu_sunrise_meta",
        "wpdb_wu_domain_mappings_version",
    )
)
"""What a plugin that was set up has in the network's options (DOMAIN 2.10)."""
_PICKED = 2
"""So few of these are a person's choice."""


@dataclass(frozen=True, slots=True)
class Options:
    """`options.json`: network options by meta_key, decoded. A name not in `values` is not set."""

    FILE: ClassVar[str] = "options.json"
    values: MappingABC[str, object]
    settings: MappingABC[str, object] | None
    """`wp-ultimo_v2_settings`; None where the option is not there or not an array."""
    integrations: MappingABC[str, bool]
    """`wu_host_integrations_enabled`; empty where the option is not there."""
    stored_key: StoredKey | None
    stage_column: str | None
    """The `stage` column's type as SHOW COLUMNS prints it; None: not asked, or no such table."""
    table_missing: bool
    """`mapping_columns` is there and null: the mapping table does not exist."""

    @property
    def complete(self) -> bool:
        """Is this evidently everything (so that an absent option is surely not set), and not one or two
        options that somebody picked by hand?"""
        if "mapping_columns" not in self.values:
            return False
        return "legacy_mapping_rows" in self.values or len(_PLUGINS & self.values.keys()) > _PICKED


@dataclass(frozen=True, slots=True)
class ActionLogEntry:
    """A line of Action Scheduler's own log table."""

    at: datetime | None
    message: str


@dataclass(frozen=True, slots=True)
class Action:
    """An Action Scheduler action (DOMAIN 2.4)."""

    action_id: int
    hook: str
    status: str
    """pending · in-progress · complete · failed · canceled"""
    scheduled: datetime | None
    last_attempt: datetime | None
    attempts: int
    args: MappingABC[str, object]
    """Decoded; positional arguments under "0", "1", …"""
    group: str
    log: tuple[ActionLogEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheduler:
    """`scheduler.json`."""

    FILE: ClassVar[str] = "scheduler.json"
    actions: tuple[Action, ...]
    tables_exist: bool
    """False where the file is `null`: Action Scheduler's tables do not exist."""
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class CronEvent:
    """A WP-Cron event as `wp cron event list` prints it."""

    hook: str
    next_run: datetime | None
    recurrence: str | None


@dataclass(frozen=True, slots=True)
class Cron:
    """`cron.json`."""

    FILE: ClassVar[str] = "cron.json"
    events: tuple[CronEvent, ...]
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of the Closte API and its answer, verbatim but redacted."""

    endpoint: str
    method: str
    vantage: str
    """host · here"""
    keyed: bool
    asked_domain: str | None
    http_status: int | None
    body: str
    error: str | None
    seconds: float | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ClosteCalls:
    """`closte.json`. No calls: there was no key to ask with."""

    FILE: ClassVar[str] = "closte.json"
    calls: tuple[ApiCall, ...]
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """One DNS question as one server answered it."""

    name: Domain
    type: str
    via: str
    """authoritative · resolver:ADDRESS · host"""
    status: str
    """NOERROR · NXDOMAIN · SERVFAIL · REFUSED · TIMEOUT"""
    records: tuple[str, ...]
    ttl: int | None
    checking_disabled: bool = False


@dataclass(frozen=True, slots=True)
class Dns:
    """`dns.json`."""

    FILE: ClassVar[str] = "dns.json"
    answers: tuple[DnsAnswer, ...]
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class Handshake:
    """One TLS handshake at one address."""

    host: Domain
    address: str
    port: int
    status: str
    """ok · refused · timeout · reset · handshake-failed"""
    verified: bool | None
    verify_error: str | None
    names: tuple[str, ...]
    issuer: str | None
    not_before: datetime | None
    not_after: datetime | None
    self_signed: bool | None


@dataclass(frozen=True, slots=True)
class Tls:
    """`tls.json`."""

    FILE: ClassVar[str] = "tls.json"
    handshakes: tuple[Handshake, ...]
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One HTTP request at one address; redirects recorded, not followed."""

    url: str
    host: Domain
    address: str | None
    status: int | None
    headers: MappingABC[str, str]
    """Names lower case."""
    body_start: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Http:
    """`http.json`."""

    FILE: ClassVar[str] = "http.json"
    answers: tuple[HttpAnswer, ...]
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A record of the plugin's logs that matched a known message (CONTRACT section 6)."""

    at: datetime
    name: str
    """The event's name, e.g. `closte.adding`; `unrecognised` for a record that matched none."""
    source: str
    """`wu-logs/integration-closte.log`"""
    line: int
    """Line number of the record in its file, from 1."""
    level: str
    domain: Domain | None
    fields: MappingABC[str, str]
    """What the message says: `endpoint`, `status`, `body`, `error`, `site_id`, `minutes`, …"""
    message: str
    """The (redacted) message, cut to what a citation needs."""

    def about(self, domain: Domain) -> LogEvent:
        """The same event, as one of this domain."""
        return LogEvent(
            self.at,
            self.name,
            self.source,
            self.line,
            self.level,
            domain,
            self.fields,
            self.message,
        )


@dataclass(frozen=True, slots=True)
class KeyTrace:
    """A line of a log with the API key in it, or with its first characters; they were masked."""

    source: str
    line: int
    at: datetime | None
    shown: int | None
    """How many of its characters; None: all of them."""
    count: int
    """How often the file shows that much, this place included."""


@dataclass(frozen=True, slots=True)
class PluginLogs:
    """`wu-logs/`: every record of the plugin's logs that says something, in order of time."""

    FILE: ClassVar[str] = "wu-logs"
    events: tuple[LogEvent, ...]
    files: tuple[str, ...]
    bytes: int
    records: int
    unrecognised: int
    counts: MappingABC[str, int]
    """Event name → how often."""
    domains: MappingABC[str, MappingABC[str, int]]
    """Domain → event name → how often."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    handle_records: int = 0
    """Records of the handles in CONTRACT section 6 (the base of `logs.unrecognised`)."""
    handle_unrecognised: int = 0
    days: MappingABC[str, MappingABC[str, int]] = field(default_factory=dict)
    """Day (`2026-05-04`) → event name, and `unrecognised`, → how often. No day that no calendar has."""
    key_traces: tuple[KeyTrace, ...] = ()


Observed = (
    Meta
    | Host
    | Noise
    | Constants
    | Mappings
    | Sites
    | Options
    | Scheduler
    | Cron
    | ClosteCalls
    | Dns
    | Tls
    | Http
    | PluginLogs
)
