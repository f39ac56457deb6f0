# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The zones of Cloudflare as hosts of an inventory."""

from __future__ import annotations

DOCUMENTATION = r"""
name: cloudflare_zones
short_description: The zones of Cloudflare as hosts
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Makes every zone that the API token sees a host, named by its domain, in the group C(cloudflare_zones). That is the
    group that the playbooks of this collection take.
  - Its source is a file whose name ends in C(cloudflare_zones.yml) or C(cloudflare_zones.yaml).
  - Each host has the variables C(zone_id), C(zone_name), C(zone_status), C(zone_plan), C(account_id) and
    C(account_name). C(ansible_connection=local), and as C(ansible_python_interpreter) the Python of the controller, let
    everything run there. A zone is no machine to connect to.
  - Of several zones of one domain, as two accounts can have them, the active one is named by the domain. Where not
    exactly one is active, and for all others, the name is the domain, an underscore, and the id of the zone. So is the
    name of a zone whose domain stands for another zone or for a group in an inventory source before this one. A zone
    without a proper domain, should there be one, is C(zone_<id>).
  - Fifty zones cost one request, and many requests are under way at once.
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices:
      - edgeops.logpush.cloudflare_zones
  api_token:
    description:
      - An API token with the permission C(Zone Read) for the zones. It sees these zones and no others.
      - May be a template, such as a lookup.
      - If not set, the environment variables E(CLOUDFLARE_API_TOKEN) and E(CLOUDFLARE_TOKEN) are looked at, in this
        order, unless O(api_email) or O(api_key) is set.
    type: str
    vars:
      - name: cloudflare_api_token
  api_email:
    description:
      - The e-mail address of the user that O(api_key) belongs to. Prefer O(api_token), which can be limited to what
        is needed. May be a template.
      - If not set, and no token is found, E(CLOUDFLARE_EMAIL) is used.
    type: str
  api_key:
    description:
      - The global API key of the user O(api_email). May be a template.
      - If not set, and no token is found, E(CLOUDFLARE_API_KEY) is used.
    type: str
  api_url:
    description: The base URL of the API. May be a template.
    type: str
    default: https://api.cloudflare.com/client/v4
    env:
      - name: CLOUDFLARE_BASE_URL
    vars:
      - name: cloudflare_api_url
  timeout:
    description: The number of seconds to wait for an answer.
    type: int
    default: 60
  retries:
    description: How often to repeat a request that found no answer, hit the rate limit, or failed on the side of Cloudflare.
    type: int
    default: 4
  concurrency:
    description: How many requests may be under way at once.
    type: int
    default: 16
  include:
    description:
      - Shell-style patterns of domains. If set, only zones that fit one of them become hosts.
      - V(*) stands for any text, dots included, V(?) for one character, V([ab]) for one of these. Case does not matter.
      - A pattern is compared with the ASCII form of a domain, or with its Unicode form if it has characters beyond ASCII.
      - A single pattern with stars at its ends alone is left to the API, which then sends fewer pages.
    type: list
    elements: str
    default: []
  exclude:
    description: Shell-style patterns of domains, as in O(include). Zones that fit one of them become no hosts.
    type: list
    elements: str
    default: []
  statuses:
    description:
      - If set, only zones in one of these states become hosts. The states are V(initializing), V(pending), V(active)
        and V(moved).
      - A single one is left to the API.
    type: list
    elements: str
    default: []
  plans:
    description:
      - If set, only zones whose plan fits one of these become hosts, such as V(Enterprise Website) or V(enterprise*).
      - Shell-style patterns. Case does not matter.
    type: list
    elements: str
    default: []
  accounts:
    description:
      - If set, only zones of these accounts become hosts. Each is an id, or a name as a shell-style pattern. Case does
        not matter.
      - A single id is left to the API.
    type: list
    elements: str
    default: []
  include_accounts:
    description:
      - Whether to make a host of each account that a listed zone belongs to, too, for datasets of accounts. It is named
        C(account_<id>), and has the variables C(splunk_logpush_scope=account), C(account_id) and C(account_name).
      - These hosts are in the group C(cloudflare_accounts) alone. The datasets of zones and accounts differ, so each
        group is to say its own. O(compose), O(groups) and O(keyed_groups) leave them out.
    type: bool
    default: false
extends_documentation_fragment:
  - edgeops.logpush.cloudflare
  - constructed
  - inventory_cache
notes:
  - Keep the API token out of the file. Ansible quotes the lines around a mistake in YAML, and when this plugin fails it
    tries its other inventory plugins on the file, whose messages may quote a line, too.
  - When the zones cannot be listed, Ansible warns and goes on without them. Set
    E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to stop instead.
  - The cache holds the variables of the zones and no credentials. It is renewed when O(api_url) or what is asked of the
    API changes, not when another token is used.
seealso:
  - module: edgeops.logpush.splunk_logpush_rollout
"""

EXAMPLES = r"""
# acme.cloudflare_zones.yml: the first line alone makes every zone of the token in CLOUDFLARE_API_TOKEN a host
plugin: edgeops.logpush.cloudflare_zones
api_token: "{{ lookup('ansible.builtin.file', '~/.cloudflare/token') }}"
# Some of the zones
accounts: [01a7362d577a6c3019a474fd6f485823]
include: ["*.example.com", "*.example.net"]
exclude: ["*.test.*"]
statuses: [active]
plans: [enterprise*]
# The account itself, too
include_accounts: true
keyed_groups:
  # plan_enterprise_website and the like
  - key: zone_plan | lower
    prefix: plan
groups:
  shops: inventory_hostname.startswith('shop.')
compose:
  splunk_logpush_sourcetype: "'cloudflare:json:' ~ inventory_hostname"
# No request for an hour
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
    # Before ansible-core 2.19 every text is taken for a template that is not marked as none.
    def trust_as_template(value: str) -> str:
        """Return the text unchanged."""
        return value


Result = t.TypeVar("Result")

ZONES_GROUP = "cloudflare_zones"
ACCOUNTS_GROUP = "cloudflare_accounts"

# The template, not the path that it stands for here: Tower keeps the variables and uses them in another container.
_ON_THE_CONTROLLER = {
    "ansible_connection": trust_as_template("local"),
    "ansible_python_interpreter": trust_as_template("{{ ansible_playbook_python }}"),
}
_TEMPLATES = ("api_token", "api_email", "api_key", "api_url")
_NO_TEMPLATE = re.compile(r"[\w .,:@&'()/+-]*")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The plugin, as Ansible asks for it."""

    NAME = "edgeops.logpush.cloudflare_zones"

    def verify_file(self, path: str) -> bool:
        """Tell whether a source is one for this plugin."""
        return super().verify_file(path) and path.endswith(("cloudflare_zones.yml", "cloudflare_zones.yaml"))

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Take the options. Ansible would quote a value of the wrong type, secret or not."""
        given = {**(direct or {}), "cloudflare_api_token": (var_options or {}).get("cloudflare_api_token")}
        for name in ("api_token", "api_key", "cloudflare_api_token"):
            if isinstance(given.get(name), (list, dict)):
                raise AnsibleParserError(f"{name}: must be text")
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Put the zones into the inventory. Raises AnsibleParserError."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        options, filters = _in_words(lambda mask: self._understood(config))
        listed = self._from_cache_or(path, cache, options, filters, lambda: self._listed(options, filters))
        zones = [zone for zone in listed if rules.is_wanted(zone, filters)]
        if not zones:
            self.display.warning(
                f"{path}: no zone becomes a host. The API gave {len(listed)}, and the options of this file pass none. "
                "The API token needs the permission Zone Read for each zone."
            )
        self._add_zones(zones)
        if options["include_accounts"]:
            self._add_accounts(zones)

    def _understood(self, config: t.Mapping[str, t.Any]) -> tuple[dict[str, t.Any], rules.Filters]:
        """The options, with templates evaluated, and the filters among them."""
        unknown = sorted(str(name) for name in config if name not in self.option_definitions)
        if unknown:
            raise OptionError(unknown[0], f"there is no such option. ansible-doc -t inventory {self.NAME} lists all")
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
            raise OptionError(name, f"its template cannot be evaluated: {error}") from None
        return None if evaluated is None else str(evaluated)

    def _listed(self, options: t.Mapping[str, t.Any], filters: rules.Filters) -> list[rules.Variables]:
        """The zones of the API, each as the variables of its host."""
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))

        def ask(mask: SecretMask) -> list[rules.Variables]:
            client = cloudflare_client(with_credentials(options), mask, options["concurrency"])
            return [
                rules.zone_variables(zone) for zone in client.zones(rules.api_query(filters), options["concurrency"])
            ]

        return _in_words(ask)

    def _from_cache_or(
        self,
        path: str,
        readable: bool,
        options: t.Mapping[str, t.Any],
        filters: rules.Filters,
        listed: t.Callable[[], list[rules.Variables]],
    ) -> list[rules.Variables]:
        """What the cache holds for this file and what it asks of the API; else what C(listed) gives, which the cache
        then holds. ``readable`` is false where the user wants the cache renewed."""
        if not options["cache"]:
            return listed()
        asked = json.dumps([options["api_url"], rules.api_query(filters)], sort_keys=True)
        key = f"{self.get_cache_key(path)}_{hashlib.sha256(asked.encode()).hexdigest()[:8]}"
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
        # A variable that is set for a name goes to the group of this name.
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


def _in_words(work: t.Callable[[SecretMask], Result]) -> Result:
    """Return what C(work) gives. Raises AnsibleParserError with the collection's own words, and no secret in them, for
    whatever it raises."""
    done = []

    def run(options: t.Mapping[str, t.Any], context: RunContext) -> dict[str, t.Any]:
        done.append(work(context.mask))
        return {}

    outcome = execute(run, {}, RunContext(check_mode=False, diff=False, mask=SecretMask()))
    if outcome.failed:
        raise AnsibleParserError(outcome.result["msg"])
    return done[0]


def _as_text(variables: t.Mapping[str, str]) -> dict[str, str]:
    """The variables, such that Ansible never takes one for a template: whoever names an account or a zone could run
    anything here. What cannot be one stays without a mark, for ansible-inventory shows the mark, and Tower keeps it."""
    return {
        name: trust_as_template(value) if _NO_TEMPLATE.fullmatch(value) else wrap_var(value)
        for name, value in variables.items()
    }
