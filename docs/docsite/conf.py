# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx builds the documentation site; ``make docs`` puts its sources together."""

project = "edgeops.logpush"
copyright = "edgeops.logpush contributors"  # noqa: A001  pylint: disable=redefined-builtin  # its name for Sphinx
html_title = "edgeops.logpush"
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_show_sphinx = False
html_copy_source = False

extensions = ["myst_parser", "sphinx_antsibull_ext", "sphinx_copybutton", "sphinx_design"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
myst_heading_anchors = 3
pygments_style = "ansible"
highlight_language = "yaml"

# A link to a page or an anchor that is not there is an error. Those of Ansible's own documentation are on another site.
nitpicky = True
nitpick_ignore = [
    ("std:ref", "action_plugins"),
    ("std:ref", "common_return_values"),
    ("std:ref", "ansible_configuration_settings"),
]
nitpick_ignore_regex = [("std:envvar", r"ANSIBLE_\w+")]
linkcheck_ignore = [r"https://(\w+\.)?example\.(com|net|org).*"]
