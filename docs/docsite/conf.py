# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx builds the documentation site; ``make docs`` puts its sources together."""

project = "edgeops.logpush"
copyright = "edgeops.logpush contributors"  # noqa: A001  pylint: disable=redefined-builtin  # its name for Sphinx
html_title = "edgeops.logpush"
html_favicon = "static/favicon.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["accessible.js"]
html_show_sphinx = False
html_copy_source = False

extensions = ["myst_parser", "sphinx_antsibull_ext", "sphinx_copybutton", "sphinx_design"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
myst_heading_anchors = 3
highlight_language = "yaml"

# Every color has a contrast of at least 4.5 : 1 to its background (WCAG AA); tests/ecosystem/test_site.py checks it.
html_theme = "furo"
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {
        "color-brand-primary": "#0b5cad",
        "color-brand-content": "#0b5cad",
        "color-overview-line": "#7a828c",
        "color-overview-work": "#e8f1fb",
        "antsibull-option-type": "#7a1fa2",
        "color-option-good": "#1b6b2f",
        "color-option-partly": "#7a5900",
        "color-option-bad": "#b3261e",
    },
    "dark_css_variables": {
        "color-brand-primary": "#6cb6ff",
        "color-brand-content": "#6cb6ff",
        "color-overview-line": "#8b949e",
        "color-overview-work": "#14283d",
        "antsibull-option-type": "#e0a3ff",
        "color-option-good": "#7ee08f",
        "color-option-partly": "#e3c15a",
        "color-option-bad": "#ff9a90",
    },
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

# The output of a command gets no copy button.
copybutton_selector = "div:not(.highlight-text) > div.highlight > pre"

# A link to a missing page or anchor is an error. Those of Ansible's own documentation are on another site.
nitpicky = True
nitpick_ignore = [
    ("std:ref", "action_plugins"),
    ("std:ref", "common_return_values"),
    ("std:ref", "ansible_configuration_settings"),
]
nitpick_ignore_regex = [("std:envvar", r"ANSIBLE_\w+"), ("std:ref", r"ansible_collections\.ansible\.builtin\.\w+")]
linkcheck_ignore = [r"https://(\w+\.)?example\.(com|net|org).*"]
