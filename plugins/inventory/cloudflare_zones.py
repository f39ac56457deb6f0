# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin that makes each Cloudflare zone a host."""

from __future__ import annotations

DOCUMENTATION = r"""
name: cloudflare_zones
short_description: Use Cloudflare zones as inventory hosts
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Adds every zone that the API token can read to the inventory, as a host with the name of its domain. The hosts are in the group
    C(cloudflare_zones), which the playbooks of this collection use by default.
  - The inventory source is a file whose name ends in C(cloudflare_zones.yml) or C(cloudflare_zones.yaml).
  - Each host has the variables C(zone_id), C(zone_name), C(zone_status), C(zone_plan), C(account_id) and C(account_name).
  - A zone is not a machine to connect to. Therefore each host also has C(ansible_connection=local), C(ansible_become=false), and
    C(ansible_python_interpreter) with the Python of the controller.
  - Zones in different accounts can have the same domain. If exactly one of them is active, it is named after the domain, and the others
    are named C(<domain>_<id>). Otherwise, all of them are named C(<domain>_<id>).
  - A zone is also named C(<domain>_<id>) if an earlier inventory source has another zone or a group with the name of its domain. A zone
    without a valid domain is named C(zone_<id>).
  - One request lists fifty zones. Several requests are sent at the same time.
options:
  plugin:
    description:
      - The name of this plugin.
    type: str
    required: true
    choices:
      - edgeops.logpush.cloudflare_zones
  api_token:
    description:
      - An API token with the permission C(Zone Read) for the zones. Zones without this permission are not listed.
      - It can be a template, such as a lookup.
      - If not set, the environment variable E(CLOUDFLARE_API_TOKEN) is used, and then E(CLOUDFLARE_TOKEN), unless O(api_email)
        or O(api_key) is set.
    type: str
    vars:
      - name: cloudflare_api_token
  api_email:
    description:
      - The email address of the user who owns O(api_key). Prefer O(api_token), because its permissions can be limited.
      - It can be a template.
      - If not set and there is no API token, E(CLOUDFLARE_EMAIL) is used.
    type: str
  api_key:
    description:
      - The global API key of the user O(api_email). It can be a template.
      - If not set and there is no API token, E(CLOUDFLARE_API_KEY) is used.
    type: str
  api_url:
    description:
      - The base URL of the Cloudflare API. It can be a template.
    type: str
    default: https://api.cloudflare.com/client/v4
    env:
      - name: CLOUDFLARE_BASE_URL
    vars:
      - name: cloudflare_api_url
  timeout:
    description:
      - The maximum number of seconds to wait for a complete response.
    type: int
    default: 60
  retries:
    description:
      - How many times to repeat a request that got no response, exceeded the rate limit, or failed with a server error.
    type: int
    default: 4
  concurrency:
    description:
      - The number of requests to send at the same time.
    type: int
    default: 16
  include:
    description:
      - Shell-style patterns for domains. If set, only zones that match at least one of them become hosts.
      - V(*) matches any text including dots, V(?) matches one character, and V([ab]) matches one of these characters. Case does not
        matter.
      - A pattern is compared with the ASCII form of a domain, or with its Unicode form if the pattern has non-ASCII characters.
      - A single pattern with stars only at its ends is applied by the API, which saves requests.
    type: list
    elements: str
    default: []
  exclude:
    description:
      - Shell-style patterns for domains, as in O(include). Zones that match at least one of them do not become hosts.
    type: list
    elements: str
    default: []
  statuses:
    description:
      - If set, only zones with one of these statuses become hosts. The statuses are V(initializing), V(pending), V(active) and V(moved).
      - A single status is applied by the API, which saves requests.
    type: list
    elements: str
    default: []
  plans:
    description:
      - Shell-style patterns for plans, such as V(Enterprise Website) or V(enterprise*). If set, only zones whose plan matches one of them
        become hosts. Case does not matter.
    type: list
    elements: str
    default: []
  accounts:
    description:
      - If set, only zones of these accounts become hosts. Each is an ID, or a shell-style pattern for a name. Case does not matter.
      - A single ID is applied by the API, which saves requests.
    type: list
    elements: str
    default: []
  include_accounts:
    description:
      - Whether to also add a host for each account of the listed zones, for account datasets. Its name is C(account_<id>), and it has
        the variables C(splunk_logpush_scope=account), C(account_id) and C(account_name).
      - These hosts are only in the group C(cloudflare_accounts). Zones and accounts have different datasets, so set the datasets in the
        variables of each group. O(compose), O(groups) and O(keyed_groups) do not apply to these hosts.
    type: bool
    default: false
extends_documentation_fragment:
  - edgeops.logpush.cloudflare
  - constructed
  - inventory_cache
notes:
  - Do not write the API token into the file. If the file has a YAML error, Ansible quotes the lines around it. If this plugin fails,
    Ansible tries its other inventory plugins on the file, and their messages can quote a line, too.
  - If the zones cannot be listed, Ansible warns and continues without them. Set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to stop
    instead.
  - The cache contains the variables of the zones and no credentials. It is renewed if O(api_url) or a filter that the API applies
    changes, but not if the API token changes.
seealso:
  - module: edgeops.logpush.splunk_logpush_rollout
"""

EXAMPLES = r"""
# all.cloudflare_zones.yml: add all zones of the API token in CLOUDFLARE_API_TOKEN
plugin: edgeops.logpush.cloudflare_zones
---
# some.cloudflare_zones.yml: add some of the zones, and their accounts
plugin: edgeops.logpush.cloudflare_zones
api_token: "{{ lookup('ansible.builtin.file', '~/.cloudflare/token') }}"
accounts: [01a7362d577a6c3019a474fd6f485823]
include: ["*.example.com", "*.example.net"]
exclude: ["*.test.*"]
statuses: [active]
plans: [enterprise*]
include_accounts: true
---
# grouped.cloudflare_zones.yml: group the zones, set variables, and cache the list for an hour
plugin: edgeops.logpush.cloudflare_zones
keyed_groups:
  # Such as plan_enterprise_website
  - key: zone_plan | lower
    prefix: plan
groups:
  shops: inventory_hostname.startswith('shop.')
compose:
  splunk_logpush_sourcetype: "'cloudflare:json:' ~ inventory_hostname"
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/cloudflare_zones
cache_timeout: 3600
"""

import hashlib
import json
import re
import typing as t

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._cloudflare import zones as rules
from ..module_utils._cloudflare.options import cloudflare_client, with_credentials
from ..module_utils._core.errors import OptionError
from ..module_utils._core.http import REQUESTS_IMPORT_ERROR
from ..module_utils._core.run import RunContext, execute
from ..module_utils._core.secrets import SecretMask

try:
    from ansible.template import trust_as_template
except ImportError:
    # Before ansible-core 2.19 every text is a template, unless it is marked as unsafe.
    def trust_as_template(value: str) -> str:
        """Return the text unchanged."""
        return value


Result = t.TypeVar("Result")

ZONES_GROUP = "cloudflare_zones"
ACCOUNTS_GROUP = "cloudflare_accounts"

# The template is set, not its value, because Tower stores the variables and uses them in another container.
_ON_THE_CONTROLLER = {
    "ansible_connection": trust_as_template("local"),
    "ansible_become": False,
    "ansible_python_interpreter": trust_as_template("{{ ansible_playbook_python }}"),
}
_TEMPLATES = ("api_token", "api_email", "api_key", "api_url")
_NO_TEMPLATE = re.compile(r"[\w .,:@&'()/+-]*")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin."""

    NAME = "edgeops.logpush.cloudflare_zones"

    def verify_file(self, path: str) -> bool:
        """Return whether a source is for this plugin."""
        return super().verify_file(path) and path.endswith(("cloudflare_zones.yml", "cloudflare_zones.yaml"))

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Set the options. Raises AnsibleParserError for a secret that is not text, because Ansible's own error would quote
        it."""
        given = {**(direct or {}), "cloudflare_api_token": (var_options or {}).get("cloudflare_api_token")}
        for name in ("api_token", "api_key", "cloudflare_api_token"):
            if isinstance(given.get(name), (list, dict)):
                raise AnsibleParserError(f"{name}: must be text")
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add the zones to the inventory. Raises AnsibleParserError."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        options, filters = _masked(lambda mask: self._checked_options(config))
        listed = self._cached(path, cache, options, filters, lambda: self._listed(options, filters))
        zones = [zone for zone in listed if rules.is_wanted(zone, filters)]
        if not zones:
            self.display.warning(
                f"{path}: no zone became a host. The API returned {len(listed)} zones, and none matches the options. "
                "The API token needs the permission Zone Read for each zone."
            )
        self._add_zones(zones)
        if options["include_accounts"]:
            self._add_accounts(zones)

    def _checked_options(self, config: t.Mapping[str, t.Any]) -> tuple[dict[str, t.Any], rules.Filters]:
        """Return the options with evaluated templates, and the filters among them. Raises OptionError."""
        unknown = sorted(str(name) for name in config if name not in self.option_definitions)
        if unknown:
            raise OptionError(unknown[0], f"is not an option of this plugin. See ansible-doc -t inventory {self.NAME}")
        options = {name: self.get_option(name) for name in self.option_definitions}
        if options["concurrency"] < 1:
            raise OptionError("concurrency", "must be at least 1")
        self.templar.available_variables = self._vars
        options.update({name: self._evaluated(name, options[name]) for name in _TEMPLATES})
        return options, rules.filters_of(options)

    def _evaluated(self, name: str, value: t.Any) -> str | None:
        try:
            evaluated = self.templar.template(value)
        except AnsibleError as error:
            raise OptionError(name, f"its template cannot be evaluated: {' '.join(str(error).split())}") from None
        return None if evaluated is None else str(evaluated)

    def _listed(self, options: t.Mapping[str, t.Any], filters: rules.Filters) -> list[rules.Variables]:
        """Return the host variables of all zones of the API. Raises AnsibleParserError."""
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))

        def list_zones(mask: SecretMask) -> list[rules.Variables]:
            client = cloudflare_client(with_credentials(options), mask, options["concurrency"])
            return [
                rules.zone_variables(zone) for zone in client.zones(rules.api_query(filters), options["concurrency"])
            ]

        return _masked(list_zones)

    def _cached(
        self,
        path: str,
        readable: bool,
        options: t.Mapping[str, t.Any],
        filters: rules.Filters,
        listed: t.Callable[[], list[rules.Variables]],
    ) -> list[rules.Variables]:
        """Return the cached zones of this file and these filters. If there are none, call C(listed) and cache its result.
        ``readable`` is false if the user requests a new cache."""
        if not options["cache"]:
            return listed()
        request = json.dumps([options["api_url"], rules.api_query(filters)], sort_keys=True)
        key = f"{self.get_cache_key(path)}_{hashlib.sha256(request.encode()).hexdigest()[:8]}"
        if readable:
            try:
                return t.cast("list[rules.Variables]", self._cache[key])
            except KeyError:
                pass
        self._cache[key] = zones = listed()
        return zones

    def _add_zones(self, zones: t.Sequence[rules.Variables]) -> None:
        self.inventory.add_group(ZONES_GROUP)
        occupied = {name: host.vars["zone_id"] for name, host in self.inventory.hosts.items() if "zone_id" in host.vars}
        # If a host had the name of a group, its variables would be set for the group.
        occupied.update(dict.fromkeys(self.inventory.groups, ""))
        strict = self.get_option("strict")
        for host, zone in zip(rules.host_names(zones, occupied), zones):
            self._add_host(host, ZONES_GROUP, zone)
            known = self.inventory.get_host(host).get_vars()
            self._set_composite_vars(self.get_option("compose"), known, host, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), known, host, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, host, strict=strict)

    def _add_accounts(self, zones: t.Sequence[rules.Variables]) -> None:
        self.inventory.add_group(ACCOUNTS_GROUP)
        for host, account in rules.account_hosts(zones).items():
            self._add_host(host, ACCOUNTS_GROUP, account)

    def _add_host(self, host: str, group: str, variables: t.Mapping[str, str]) -> None:
        self.inventory.add_host(host, group=group)
        for name, value in {**_as_text(variables), **_ON_THE_CONTROLLER}.items():
            self.inventory.set_variable(host, name, value)


def _masked(work: t.Callable[[SecretMask], Result]) -> Result:
    """Return the result of C(work). Raises AnsibleParserError with a message without secrets for any exception."""
    done = []

    def run(options: t.Mapping[str, t.Any], context: RunContext) -> dict[str, t.Any]:
        done.append(work(context.mask))
        return {}

    outcome = execute(run, {}, RunContext(check_mode=False, diff=False, mask=SecretMask()))
    if outcome.failed:
        raise AnsibleParserError(outcome.result["msg"])
    return done[0]


def _as_text(variables: t.Mapping[str, str]) -> dict[str, str]:
    """Return the variables in a form that Ansible never evaluates as a template. Otherwise anybody who can name an account
    or a zone could run code here. Text that cannot be a template is not marked, because ansible-inventory shows the mark and
    Tower stores it."""
    return {
        name: trust_as_template(value) if _NO_TEMPLATE.fullmatch(value) else wrap_var(value)
        for name, value in variables.items()
    }
