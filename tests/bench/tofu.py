# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenTofu as a way to roll out: its configuration for the zones of the bench, and its command lines."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import typing as t

# One resource for each zone of zones.auto.tfvars.json.
CONFIGURATION = """
terraform {
  required_providers {
    cloudflare = {
      source = "cloudflare/cloudflare"
    }
  }
}

variable "zones" { type = map(string) }
variable "destinations" {
  type      = map(string)
  sensitive = true
}
variable "sample_rate" {
  type    = number
  default = 1
}

resource "cloudflare_logpush_job" "zone" {
  for_each         = var.zones
  zone_id          = each.key
  name             = each.value
  dataset          = "http_requests"
  destination_conf = var.destinations[each.key]
  enabled          = true
  output_options = {
    timestamp_format = "rfc3339"
    sample_rate      = var.sample_rate
  }
}
"""
# Takes the provider from a folder, so that nothing is downloaded and nothing has to be initialized.
CLI_CONFIGURATION = """provider_installation {{
  dev_overrides {{
    "cloudflare/cloudflare" = "{folder}"
  }}
  direct {{}}
}}
"""
ARGUMENTS = {"change": ["-var=sample_rate=0.5"], "remove": ["-destroy"]}


@dataclasses.dataclass(frozen=True)
class Tofu:
    """The program of OpenTofu, or of Terraform, and the program of Cloudflare's provider."""

    program: pathlib.Path
    provider: pathlib.Path

    def problem(self) -> str:
        """Return why they cannot run, "" if they can."""
        for path in (self.program, self.provider):
            if not path.is_file() or not os.access(path, os.X_OK):
                return f"{path} is not an executable file"
        return ""

    def write(self, folder: pathlib.Path, names: t.Mapping[str, str], destinations: t.Mapping[str, str]) -> None:
        """Write the configuration for zones into a folder, without a state: the name and the destination of each by its ID."""
        (folder / "provider").mkdir(parents=True, exist_ok=True)
        link = folder / "provider" / "terraform-provider-cloudflare"
        if not link.exists():
            link.symlink_to(self.provider.resolve())
        for state in folder.glob("terraform.tfstate*"):
            state.unlink()
        variables = json.dumps({"zones": dict(names), "destinations": dict(destinations)})
        (folder / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
        (folder / "zones.auto.tfvars.json").write_text(variables, encoding="utf-8")
        (folder / "cli.tfrc").write_text(CLI_CONFIGURATION.format(folder=folder / "provider"), encoding="utf-8")

    def command(self, folder: pathlib.Path, run: str, concurrency: int) -> list[str]:
        """Return the command line of a run."""
        return [
            str(self.program.resolve()),
            f"-chdir={folder}",
            "apply",
            "-auto-approve",
            "-input=false",
            "-no-color",
            f"-parallelism={concurrency}",
            *ARGUMENTS.get(run, []),
        ]


def environment(folder: pathlib.Path) -> dict[str, str]:
    """Return the variables that the commands need besides the credentials."""
    return {"TF_CLI_CONFIG_FILE": str(folder / "cli.tfrc"), "CHECKPOINT_DISABLE": "1"}
