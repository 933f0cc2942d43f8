"""A host that is being acted on: one connection for every look and every act of the run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzers.evidence import Host
from analyzers.findings import Diagnosis
from analyzers.language import phrase
from analyzers.network import Network
from analyzers.snapshot import Snapshot, read
from bridge.clock import now
from bridge.deadline import Deadline
from bridge.errors import BridgeError, ExitStatus
from bridge.host.acting import API_SECONDS, Acting, ActingNetwork

if TYPE_CHECKING:
    from analyzers.api_wording import ApiWording
    from analyzers.suppressions import Suppression
    from bridge.cli.options import ContactOptions
    from bridge.closte.key import ApiKey
    from bridge.collect import HostTarget
    from bridge.progress import Progress
    from bridge.transport import Transport


class Refused(BridgeError):
    """Nothing was done, and nothing will be."""

    status = ExitStatus.REFUSED


@dataclass(frozen=True, slots=True)
class Look:
    """One look, and what follows from it."""

    snapshot: Snapshot
    diagnosis: Diagnosis

    def unseen(self) -> Iterator[str]:
        """Why nothing can be done on a host that nothing was seen of."""
        yield phrase("There is nothing to see on this host: nothing is changed.")
        for finding in self.diagnosis.causes():
            yield phrase("{title} [{code}]", title=finding.title, code=finding.code)

    @property
    def object_cache(self) -> bool | None:
        """Is the web's object cache on? None: not observed."""
        host = self.snapshot.observed.get(Host)
        return host.object_cache if isinstance(host, Host) else None


@dataclass(frozen=True, slots=True)
class Site:
    """A connected host and how it is looked at."""

    transport: Transport
    target: HostTarget
    contact: ContactOptions
    given: Mapping[type, object]
    fail_on: str
    progress: Progress
    suppressions: tuple[Suppression, ...] = ()
    """What the operator lives with: it is neither healed nor counted."""
    key: ApiKey | None = None
    """For `--api-from here`: read once, as a file descriptor gives it only once."""

    @property
    def wording(self) -> ApiWording:
        """What the API's words mean, the operator's own patterns among them."""
        from analyzers.api_wording import ApiWording

        given = self.given.get(ApiWording)
        return given if isinstance(given, ApiWording) else ApiWording.derive()

    def look(self) -> Look:
        """Everything anew, from all sides, as `diagnose` does."""
        from analyzers.diagnose import diagnose
        from analyzers.suppressions import with_suppressions
        from bridge.cli.main import TOOL
        from bridge.collect import look_outside, meta_of, reached, request_for
        from bridge.host.ladder import collect_host

        deadline = Deadline(self.contact.deadline)
        request = request_for(self.target, self.contact, deadline)
        files = dict(collect_host(self.transport, request, self.progress).files)
        files["meta.json"] = meta_of(self.target.name, self.target.expected_addresses)
        if reached(files):
            files.update(self._api_from_here())
            if not self.contact.no_probe:
                files.update(
                    look_outside(self.target, files, self.contact, self.progress, deadline)
                )
        snapshot = read(files, origin=self.target.name, fallback_now=now())
        diagnosis = diagnose(snapshot, tool=TOOL, fail_on=self.fail_on, given=self.given)
        return Look(snapshot, with_suppressions(diagnosis, self.suppressions))

    def _api_from_here(self) -> dict[str, bytes]:
        if self.contact.no_api or self.contact.api_from != "here" or self.key is None:
            return {}
        from bridge.closte.read import calls_with_key

        calls = calls_with_key(self.contact.api_url, self.key)
        return {"closte.json": json.dumps({"calls": calls}).encode()}

    def acting(self, look: Look) -> Acting:
        """How to act on what this look saw. Raises Refused where it did not see enough to be sure."""
        from analyzers.facts import Facts
        from bridge.host.wp import Place

        host = look.snapshot.observed.get(Host)
        network = Facts(look.snapshot.observed).of(Network)
        if not isinstance(host, Host) or None in (
            host.network_id,
            host.network_domain,
            host.main_site_id,
            host.base_prefix,
        ):
            raise Refused(phrase("the network was not seen well enough to change anything on it"))
        assert host.network_id
        assert host.network_domain
        assert host.main_site_id
        contact, target = self.contact, self.target
        return Acting(
            Place(
                target.path or "", contact.wp or target.wp or "", contact.url or target.url or ""
            ),
            ActingNetwork(
                host.network_id,
                host.network_domain,
                host.main_site_id,
                host.base_prefix or "",
                network.app_id if isinstance(network, Network) else None,
            ),
            api=not contact.no_api and contact.api_from == "host",
            api_url=contact.api_url,
            api_seconds=API_SECONDS,
            command_timeout=contact.command_timeout,
        )
